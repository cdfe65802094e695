"""What a person says when exporting: which records, in which format, for what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from notices.exports.models import ExportFormat, Profile, SavedFilter
from notices.exports.selections import FIRST_DAY, LAST_DAY, STATES, Selection
from notices.models import NoticeRecord
from notices.opinions.models import Channel, OpinionTimeliness, Topic
from notices.opinions.worklist import UNMARKED
from notices.permissions import visible_records
from notices.statutory import divisions

ANY = ("", _("全部"))


class OutputForm(forms.Form):
    """Purpose, format and profile; nothing is exported without a purpose."""

    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        help_text=_("例如：审查公众参与说明、信访答复、复议案卷。用途会留存备查，并印在文件上。"),
        error_messages={"required": _("请写明导出用途。")},
    )
    format = forms.ChoiceField(
        label=_("格式"),
        choices=ExportFormat.choices,
        widget=forms.RadioSelect,
        initial=ExportFormat.XLSX,
        help_text=_("CSV 和封面合成一个 ZIP 文件。记录较多的，以及 PDF，在后台生成，做好以后下载。"),
    )
    profile = forms.ChoiceField(label=_("导出范围"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        """Offer the person's own profile and the public one."""
        super().__init__(*args, **kwargs)
        public = _("公开（只含已放行的意见，遮盖个人信息）")
        field = self.fields["profile"]
        field.choices = [(profile.value, profile.label), (Profile.PUBLIC.value, public)]  # type: ignore[attr-defined]
        field.initial = profile.value


def _day_field(label: Any) -> forms.DateField:
    """Return a field for a day within the bounds of a selection."""
    said = _("请填写 2000 年至 2100 年之间的日期。")
    ends = {"type": "date", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(ends, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_DAY, said), MaxValueValidator(LAST_DAY, said)],
    )


class SelectionForm(OutputForm):
    """The same, and which records. The fields are named as those of the register, which leads here with its filters."""

    notice = forms.ChoiceField(label=_("公示"), required=False)
    county = forms.ChoiceField(label=_("县（市、区）"), required=False)
    received_at_from = _day_field(_("收到日期自"))
    received_at_to = _day_field(_("收到日期至"))
    state = forms.ChoiceField(label=_("处理"), required=False, choices=[ANY, *STATES])
    topic = forms.ChoiceField(
        label=_("主题"), required=False, choices=[ANY, *Topic.choices, (UNMARKED, _("未标主题"))]
    )
    channel = forms.ChoiceField(label=_("方式"), required=False, choices=[ANY, *Channel.choices])
    timeliness = forms.ChoiceField(
        label=_("是否逾期"), required=False, choices=[ANY, *OpinionTimeliness.choices]
    )
    on_behalf = forms.ChoiceField(
        label=_("代录"), required=False, choices=[ANY, ("yes", _("代录的")), ("no", _("公众自己提交的"))]
    )
    supplement = forms.ChoiceField(
        label=_("补充"), required=False, choices=[ANY, ("yes", _("补充意见")), ("no", _("首次意见"))]
    )
    village = forms.CharField(label=_("村（社区）"), required=False, max_length=60)
    save_as = forms.CharField(
        label=_("条件名称"), required=False, max_length=60, help_text=_("以后可以按这个名称再选同样的条件。")
    )

    limit_names = (
        "notice",
        "county",
        "received_at_from",
        "received_at_to",
        "state",
        "topic",
        "channel",
        "timeliness",
        "on_behalf",
        "supplement",
        "village",
    )

    def __init__(self, *args: Any, user: Any, go: str = "", **kwargs: Any) -> None:
        """Offer the notices and counties that the person sees; ``go`` is the button pressed."""
        super().__init__(*args, **kwargs)
        records = visible_records(NoticeRecord.objects.all(), user)
        with_opinions = records.filter(page__opinions__isnull=False).distinct().order_by("-pk")
        notices = with_opinions.values_list("page_id", "code", "page__project_name")
        codes = records.values_list("page__project__divisions__code", flat=True).distinct().order_by()
        self._offer("notice", [(str(pk), f"{code} {name}") for pk, code, name in notices])
        self._offer("county", sorted((code, divisions.label(code)) for code in codes if code))
        self.fields["purpose"].required = go == "export"
        self.fields["save_as"].required = go == "save"
        self.fields["format"].required = go == "export"

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]

    def limits(self) -> list[Any]:
        """Return the fields that limit the records."""
        return [self[name] for name in self.limit_names]

    def output(self) -> list[Any]:
        """Return the fields on the file."""
        return [self[name] for name in ("purpose", "format", "profile")]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("received_at_from"), cleaned.get("received_at_to")
        if first and last and last < first:
            raise ValidationError({"received_at_to": _("截止日期早于起始日期，请改正。")})
        return cleaned

    def selection(self) -> Selection:
        """Return what was chosen."""
        values = {name: self.cleaned_data[name] for name in self.limit_names}
        notice = values.pop("notice")
        return Selection(
            notices=(int(notice),) if notice else (),
            received_from=values.pop("received_at_from"),
            received_to=values.pop("received_at_to"),
            **values,
        )


def initial_of(saved: SavedFilter) -> dict[str, str | date]:
    """Return the fields of the form as a saved filter has them."""
    chosen = Selection.from_json(saved.limits)
    initial: dict[str, Any] = {
        name: getattr(chosen, name) for name in SelectionForm.limit_names if hasattr(chosen, name)
    }
    initial["notice"] = str(chosen.notices[0]) if chosen.notices else ""
    initial["received_at_from"], initial["received_at_to"] = chosen.received_from, chosen.received_to
    return initial
