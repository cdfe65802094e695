"""待办: everything that is due on the notices a person prepares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.calendars import current_calendar
from notices.duties import DutyOf
from notices.duty_lists import NoticeDuty, duties_for, has_duties

ROWS = 50
WHO = ((str(DutyOf.PROPONENT), _("建设单位")), (str(DutyOf.OPERATOR), _("平台管理员")))


class DutyFilterForm(forms.Form):
    """One notice, one side."""

    notice = forms.ChoiceField(label=_("公示"), required=False)
    who = forms.ChoiceField(label=_("由谁办理"), required=False, choices=[("", _("全部")), *WHO])

    def __init__(self, *args: Any, duties: list[NoticeDuty], **kwargs: Any) -> None:
        """Offer only notices on which something is due."""
        super().__init__(*args, **kwargs)
        names = {str(row.record.pk): f"{row.record.code} {row.record.page.project_name}" for row in duties}
        self.fields["notice"].choices = [("", _("全部")), *sorted(names.items(), key=lambda item: item[1])]  # type: ignore[attr-defined]

    def limit(self, duties: list[NoticeDuty]) -> list[NoticeDuty]:
        """Return the duties that fit; a value that is not on offer limits nothing."""
        self.is_valid()
        notice, who = self.cleaned_data.get("notice"), self.cleaned_data.get("who")
        return [
            row
            for row in duties
            if (not notice or str(row.record.pk) == notice) and (not who or row.duty.who == who)
        ]


class DutyListView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """The list: overdue first, the nearest next."""

    template_name = "notices/admin/duties.html"
    page_title = _("待办")
    header_icon = "tasks"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in those who have to act."""
        if not has_duties(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows and their filter."""
        duties = duties_for(self.request.user, today=timezone.localdate(), calendar=current_calendar())
        form = DutyFilterForm(self.request.GET, duties=duties)
        rows = form.limit(duties)
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            form=form, rows=page, overdue=sum(row.overdue for row in rows), who=dict(WHO), **kwargs
        )
