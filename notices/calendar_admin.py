"""节假日安排 in the admin: entered once and never changed; an amendment is a further, complete schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from notices import permissions
from notices.calendar_files import MAX_BYTES, ScheduleFile, read_schedule
from notices.calendar_services import add_calendar, checked_schedule
from notices.calendars import current_calendar, last_known_year, missing_year
from notices.forms import ListField
from notices.models import CalendarRecord, NoticeRecord
from notices.selectors import long_date

ROWS = 8


def date_item(text: str) -> str:
    """Return a date as YYYY-MM-DD. Raises ValidationError for anything else."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValidationError(
            _("“%(text)s”不是日期，请写成 2027-01-01 的样子。"), params={"text": text}
        ) from None


class CalendarRecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A published holiday schedule: a JSON file, or its dates one a line. A file fills what was left empty."""

    upload = forms.FileField(
        label=gettext_lazy("JSON 文件"),
        required=False,
        help_text=gettext_lazy("可以上传 JSON 文件代替逐日填写；文件里没有来源和发布日期的，在下面补填。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    off_days = ListField(
        label=gettext_lazy("放假日期"),
        clean_item=date_item,
        required=False,
        help_text=gettext_lazy(
            "逐日填写，每行一个，例如 2027-01-01；含周末，上一年 12 月的日期也可以。修改通知也须录入全年完整安排。"
        ),
    )
    makeup_days = ListField(label=gettext_lazy("调休上班日期"), clean_item=date_item, required=False)

    class Meta:
        model = CalendarRecord
        fields = ("year", "off_days", "makeup_days", "source", "issued_on")
        widgets: ClassVar[dict[str, Any]] = {"issued_on": AdminDateInput}

    field_order = ("upload", "year", "off_days", "makeup_days", "source", "issued_on")
    _FROM_FILE = ("year", "off_days", "makeup_days", "source", "issued_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let a file stand in for what is otherwise compulsory."""
        super().__init__(*args, **kwargs)
        for name in ("year", "source", "issued_on"):
            self.fields[name].required = False
        self.fields["source"].help_text = gettext_lazy("文件名称或文号，会写进公示的变更记录。")

    def clean_upload(self) -> ScheduleFile | None:
        """Return what the file says."""
        upload = self.cleaned_data["upload"]
        return read_schedule(upload.read(MAX_BYTES + 1)) if upload else None

    def clean(self) -> dict[str, Any]:
        """Fill in from the file, then refuse what no schedule can say."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        self._fill_from(cleaned, cleaned.get("upload"))
        missing = {
            "year": _("请填写年份。"),
            "issued_on": _("请填写来源文件的发布日期。"),
        }
        for name, message in missing.items():
            if not cleaned.get(name):
                self.add_error(name, message)
        if not self.errors:
            checked_schedule(**self.schedule(cleaned), today=timezone.localdate())
        return cleaned

    def schedule(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Return the schedule as the service takes it."""
        return {
            "year": cleaned["year"],
            "off_days": [date.fromisoformat(day) for day in cleaned["off_days"]],
            "makeup_days": [date.fromisoformat(day) for day in cleaned["makeup_days"]],
            "source": cleaned["source"],
            "issued_on": cleaned["issued_on"],
        }

    def _fill_from(self, cleaned: dict[str, Any], file: ScheduleFile | None) -> None:
        if file is None:
            return
        said = {
            "year": file.year,
            "off_days": [day.isoformat() for day in file.off_days],
            "makeup_days": [day.isoformat() for day in file.makeup_days],
            "source": file.source,
            "issued_on": file.issued_on,
        }
        for name in self._FROM_FILE:
            cleaned[name] = cleaned.get(name) or said[name]


class CalendarCreateView(generic.CreateView):  # type: ignore[misc]
    """Enter a schedule through the service; what looks odd is said at once."""

    def save_instance(self) -> Any:
        """Enter it."""
        form = self.form
        added = add_calendar(
            **form.schedule(form.cleaned_data),
            user=self.request.user,
            now=timezone.now(),
        )
        for doubt in added.doubts:
            messages.warning(self.request, doubt)
        return added.record

    def get_success_message(self, instance: Any) -> str:
        """Say what happens next."""
        return _("已登记%(year)s年放假安排。受影响的公示期限正在重新计算，只会延后，不会提前。") % {
            "year": instance.year
        }


class CalendarViewSet(ModelViewSet):  # type: ignore[misc]
    """节假日安排: a list, a form to add, a view to look."""

    model = CalendarRecord
    icon = "calendar-alt"
    add_view_class = CalendarCreateView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["year", "off_days", "makeup_days", "source", "issued_on", "entered_at"]
    list_display = ["year", "source", "issued_on"]
    add_to_settings_menu = True
    menu_order = 230

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form with dates one a line."""
        return CalendarRecordForm


@dataclass(frozen=True, slots=True)
class BeyondCalendar:
    """A window that ends in a year without a schedule."""

    title: str
    state: str
    url: str


class CalendarPanel(Component):  # type: ignore[misc]
    """Tells operators which schedule is missing and which windows wait for it; nothing while all is known."""

    name = "calendar"
    template_name = "notices/admin/calendar_panel.html"
    order = 40

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Collect, for operators only."""
        if not permissions.is_operator(parent_context["request"].user):
            return {}
        return self._warning

    def warns(self, user: Any) -> bool:
        """Whether the panel shows the person anything."""
        return permissions.is_operator(user) and bool(
            self._warning["missing_year"] or self._warning["beyond"]
        )

    @cached_property
    def _warning(self) -> dict[str, Any]:
        today, calendar = timezone.localdate(), current_calendar()
        last_known = date(last_known_year(calendar), 12, 31)
        running = NoticeRecord.objects.with_running_windows(today)
        beyond = (
            running.ending_after(last_known).select_related("page").order_by("last_day", "planned_last_day")
        )
        return {
            "missing_year": missing_year(today, calendar),
            "provisional": running.filter(provisional=True).count(),
            "last_known_year": last_known.year,
            "beyond": [
                BeyondCalendar(
                    record.page.project_name,
                    _ending(record),
                    reverse("notice_register:inspect", args=[record.pk]),
                )
                for record in beyond[:ROWS]
            ],
            "add_url": reverse(f"{CalendarViewSet().url_namespace}:add"),
        }


def _ending(record: NoticeRecord) -> str:
    end = record.last_day or record.planned_last_day
    until = _("%(day)s截止") % {"day": long_date(end)} if end else ""
    return until + (_("（暂定）") if record.provisional else "")
