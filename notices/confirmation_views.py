"""公开确认: where a 建设单位 confirms what was submitted, by its account or with a stamped scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.account_views import PRINTING_FAILURES
from notices.confirmation_details import confirmation_state, confirmation_url
from notices.confirmations import PLEDGE, confirm_by_account, confirm_by_scan, may_confirm
from notices.gate import confirmation_gap, submitted_wording, wording_digest
from notices.models import NoticePage, NoticeStage, PublicationConfirmation
from notices.permissions import can_edit_notice, can_see_notice_in_admin
from notices.proponent_forms import ConfirmationForm, ConfirmationScanForm
from notices.proponent_views import send_scan
from notices.record_details import shown_page
from notices.sheets import confirmation_sheet

_SUBMITTING = ("action-submit", "action-restart-workflow")


def _notice_for(user: Any, page_id: int) -> NoticePage:
    """Return a notice that the person may prepare; anything else is closed to them."""
    notice = get_object_or_404(NoticePage.objects.select_related("record"), pk=page_id)
    if not can_edit_notice(user, notice):
        raise PermissionDenied
    return notice


def _wording_to_confirm(notice: NoticePage) -> NoticePage:
    """Return what waits for its check or was approved: the draft as last saved, else the wording that counts."""
    if notice.workflow_in_progress:
        return submitted_wording(notice)
    return shown_page(notice.record)


class ConfirmationView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """What was confirmed, and the two ways to do it while the notice is being checked."""

    template_name = "notices/admin/confirmation.html"
    page_title = gettext_lazy("公开确认")
    header_icon = "check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in those who prepare the notice."""
        self.notice = _notice_for(request.user, kwargs["page_id"])
        self.wording = _wording_to_confirm(self.notice)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return str(self.notice.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register entry."""
        record = self.notice.record
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {"url": reverse("notice_register:inspect", args=[record.pk]), "label": record.code},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the state, and forms where a confirmation is still missing."""
        state = confirmation_state(self.notice.record, self.wording)
        context: dict[str, Any] = {
            "notice": self.notice,
            "wording": self.wording,
            "record": self.notice.record,
            "confirmation": state,
            "pledge": PLEDGE,
            "awaited": self.notice.workflow_in_progress and bool(state.gap),
            "may_confirm": may_confirm(self.request.user, self.notice),
            "form": ConfirmationForm(initial={"digest": state.digest}),
            "scan_form": ConfirmationScanForm(initial={"digest": state.digest}),
        }
        return super().get_context_data(**{**context, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the button or the scan."""
        if not self.notice.workflow_in_progress:
            messages.error(request, _("公示还没有提交核对，文本未定，不能确认。请先提交。"))
            return redirect(confirmation_url(self.notice.record))
        scanned = "scan" in request.POST.get("way", "")
        form: forms.Form = (
            ConfirmationScanForm(request.POST, request.FILES) if scanned else ConfirmationForm(request.POST)
        )
        if form.is_valid() and self._confirm(form):
            messages.success(request, _("已确认公开。平台管理员核对通过后，到计划日期公开。"))
            return redirect(confirmation_url(self.notice.record))
        return self.render_to_response(self.get_context_data(**{"scan_form" if scanned else "form": form}))

    def _confirm(self, form: forms.Form) -> bool:
        digest, user, now = form.cleaned_data["digest"], self.request.user, timezone.now()
        try:
            if "scan" in form.cleaned_data:
                confirm_by_scan(
                    notice=self.wording, upload=form.cleaned_data["scan"], user=user, now=now, digest=digest
                )
            else:
                confirm_by_account(notice=self.wording, user=user, now=now, digest=digest)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        return True


@require_GET
@never_cache
def sheet(request: HttpRequest, page_id: int) -> HttpResponse:
    """Send the paper that the 建设单位 stamps."""
    notice = _notice_for(request.user, page_id)
    wording = _wording_to_confirm(notice)
    try:
        content = confirmation_sheet(notice=wording, digest=wording_digest(wording), now=timezone.now())
    except PRINTING_FAILURES as error:
        messages.error(request, _("公开确认书现在不能生成。%(reason)s") % {"reason": error})
        return redirect(confirmation_url(notice.record))
    shown = {"Content-Disposition": 'inline; filename="confirmation.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=shown)


@require_safe
def scan_file(request: HttpRequest, page_id: int, scan_id: int) -> FileResponse:
    """Send a stamped scan to those who may see the notice behind the sign-in."""
    confirmation = get_object_or_404(
        PublicationConfirmation.objects.exclude(file="").select_related("record__page__record"),
        pk=scan_id,
        record__page_id=page_id,
    )
    if not can_see_notice_in_admin(request.user, confirmation.record.page):
        raise PermissionDenied
    return send_scan(confirmation)


def confirm_on_submission(request: HttpRequest, page: NoticePage) -> None:
    """Record the box that the own staff ticked when it submitted; say to others what is still missing."""
    if request.method != "POST" or not any(name in request.POST for name in _SUBMITTING):
        return
    page = NoticePage.objects.select_related("record").get(pk=page.pk)
    if not page.workflow_in_progress:
        return
    submitted = submitted_wording(page)
    if request.POST.get("confirms_publication") and may_confirm(request.user, page):
        confirm_by_account(notice=submitted, user=request.user, now=timezone.now())
    elif confirmation_gap(page.record, submitted):
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("已提交，还差建设单位的公开确认，确认以前不能核对通过。"),
                confirmation_url(page.record),
                _("去确认"),
            ),
        )


def needs_confirmation(notice: NoticePage) -> bool:
    """Whether the notice's menu leads to the confirmation: while it is being checked, and ever after."""
    return notice.record.stage != NoticeStage.DRAFT or notice.workflow_in_progress
