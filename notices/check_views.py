"""形式核对: the check sheet of a notice, and the forms by which an operator waives a finding or takes that back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices import permissions
from notices.check_sheet import check_sheet
from notices.checklist import checklist_items
from notices.forms import WaiverForm
from notices.models import NoticeRecord, RuleWaiver
from notices.record_details import shown_page
from notices.statutory.rules import NOT_WAIVABLE
from notices.waivers import waive_finding, waiving_obstacle, withdraw_waiver


def sheet_url(record: NoticeRecord) -> str:
    """Return the address of a notice's check sheet."""
    return reverse("notice_check", args=[record.pk])


class SheetMixin(WagtailAdminTemplateMixin):  # type: ignore[misc]
    """What the sheet and its forms share: the notice, its name, and the way back."""

    record: NoticeRecord
    page_title = gettext_lazy("形式核对")
    header_icon = "clipboard-list"

    def get_page_subtitle(self) -> str:
        """Name code and project."""
        return f"{self.record.code} {self.record.page.project_name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register and the sheet."""
        items = [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {
                "url": reverse("notice_register:inspect", args=[self.record.pk]),
                "label": self.record.code,
            },
            {"url": sheet_url(self.record), "label": _("形式核对")},
        ]
        return items if isinstance(self, CheckSheetView) else [*items, {"url": "", "label": self.page_title}]


class CheckSheetView(SheetMixin, TemplateView):
    """The sheet, for whoever sees the notice in the register: operators act on it, officers and proponents read it."""

    template_name = "notices/admin/check_sheet.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer that there is no such notice to people who may not see it."""
        records = permissions.visible_records(NoticeRecord.objects.for_lists(), request.user)
        record = records.filter(pk=kwargs["pk"]).first()
        if record is None:
            raise Http404
        self.record = record
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sheet, and the editor's address for those who may prepare the notice."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(check_sheet(self.record, user=self.request.user))
        if permissions.can_edit_notice(self.request.user, self.record.page):
            context["edit_url"] = reverse("wagtailadmin_pages:edit", args=[self.record.page_id])
        return context


class WaiverActView(SheetMixin, FormView):  # type: ignore[type-arg]
    """A form with a reason, for operators; it ends on the sheet."""

    form_class = WaiverForm
    template_name = "notices/admin/act_form.html"
    submit_label: Any = ""
    done: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators in, and nobody when the act is not on offer."""
        if not permissions.is_operator(request.user):
            raise PermissionDenied
        self.find(**kwargs)
        obstacle = self.obstacle()
        if obstacle:
            messages.error(request, obstacle)
            return redirect(sheet_url(self.record))
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Load what the act is about."""
        raise NotImplementedError

    def obstacle(self) -> str:
        """Return why the act is not on offer."""
        return ""

    def perform(self, reason: str) -> None:
        """Call the service."""
        raise NotImplementedError

    def explanation(self) -> str:
        """Say what the act means."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        context: dict[str, Any] = super().get_context_data(
            explanation=self.explanation(),
            submit_label=self.submit_label,
            submit_active_label=_("正在办理…"),
            back_url=sheet_url(self.record),
            **kwargs,
        )
        return context

    def form_valid(self, form: WaiverForm) -> HttpResponse:
        """Perform the act; a refusal is explained above the form."""
        try:
            self.perform(form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(sheet_url(self.record))


class WaiveView(WaiverActView):
    """Set aside what one rule finds."""

    page_title = gettext_lazy("豁免要件")
    submit_label = gettext_lazy("豁免")
    done = gettext_lazy("已豁免，理由已记入台账。")

    def find(self, **kwargs: Any) -> None:
        """Load the notice and what the rule finds on it."""
        self.record = get_object_or_404(NoticeRecord.objects.select_related("page"), pk=kwargs["pk"])
        self.rule_id: str = kwargs["rule_id"]
        items = checklist_items(shown_page(self.record))
        self.found = [item.message for item in items if item.rule_id == self.rule_id]

    def obstacle(self) -> str:
        """Say so when the rule is not waived, the person may not, or nothing is found any more."""
        nothing = "" if self.found else _("这条规则现在没有发现问题，不需要豁免。")
        return NOT_WAIVABLE.get(self.rule_id) or waiving_obstacle(self.record, self.request.user) or nothing

    def explanation(self) -> str:
        """Name what is waived."""
        return _(
            "%(rule)s：%(found)s豁免只对这份公示、只对以上问题有效，公开以前可以撤销。理由记入台账，建设单位和主管部门都能看到。"
        ) % {"rule": self.rule_id, "found": "".join(self.found)}

    def perform(self, reason: str) -> None:
        """Call the service."""
        waive_finding(
            record=self.record,
            rule_id=self.rule_id,
            reason=reason,
            user=self.request.user,
            now=timezone.now(),
        )


class WithdrawWaiverView(WaiverActView):
    """Take a waiver back."""

    page_title = gettext_lazy("撤销豁免")
    submit_label = gettext_lazy("撤销豁免")
    done = gettext_lazy("豁免已撤销，理由已记入台账。")

    def find(self, **kwargs: Any) -> None:
        """Load the waiver."""
        self.waiver = get_object_or_404(RuleWaiver.objects.select_related("record__page"), pk=kwargs["pk"])
        self.record = self.waiver.record

    def explanation(self) -> str:
        """Say what follows."""
        return _("%(rule)s 的问题重新计入核对。原来的豁免和撤销的理由都保留。") % {
            "rule": self.waiver.rule_id
        }

    def perform(self, reason: str) -> None:
        """Call the service."""
        withdraw_waiver(waiver=self.waiver, reason=reason, user=self.request.user, now=timezone.now())
