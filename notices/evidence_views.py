"""公开证据 of one notice, and the two acts on it: postings for the whole public scope, the photo upload by QR code."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices import permissions
from notices.calendars import current_calendar
from notices.evidence_doubts import span_words, window_of
from notices.evidence_overview import evidence_sections
from notices.evidence_services import propose_postings, renew_upload, revoke_upload
from notices.models import NoticeRecord, SitePosting
from notices.record_details import shown_page


class EvidencePageView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """What Art. 11 asks of this notice, what is there, what is missing, and where to add it."""

    template_name = "notices/admin/evidence_page.html"
    page_title = gettext_lazy("公开证据")
    header_icon = "folder-open-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whoever may see the notice; for others it does not exist."""
        records = permissions.visible_records(NoticeRecord.objects.for_lists(), request.user)
        self.record: NoticeRecord = get_object_or_404(
            records.select_related("approved_revision"), pk=kwargs["pk"]
        )
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name code and project."""
        return f"{self.record.code} {self.record.page.project_name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register entry."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {"url": reverse("notice_register:inspect", args=[self.record.pk]), "label": self.record.code},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sections."""
        calendar = current_calendar()
        window = window_of(self.record, calendar=calendar)
        sections = evidence_sections(
            self.record, shown_page(self.record), today=timezone.localdate(), calendar=calendar
        )
        may_change = permissions.can_edit_notice(self.request.user, self.record.page)
        return super().get_context_data(
            record=self.record,
            window=span_words(window) if window else "",
            sections=sections,
            may_change=may_change,
            **kwargs,
        )


@require_POST
def make_postings(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a posting for every village of the public scope that has none."""
    record = get_object_or_404(NoticeRecord.objects.select_related("page", "approved_revision"), pk=pk)
    if not permissions.can_edit_notice(request.user, record.page):
        raise PermissionDenied
    villages = [place.village.strip() for place in shown_page(record).places.all() if place.in_scope]
    made = propose_postings(record=record, villages=villages, user=request.user, now=timezone.now())
    if made:
        text = ngettext(
            "已生成 %(count)s 个张贴点，请核对位置。", "已生成 %(count)s 个张贴点，请核对位置。", made
        )
        messages.success(request, text % {"count": made})
    else:
        messages.info(request, _("公众范围内的村庄都已有张贴点。要增加张贴点，请逐个登记。"))
    return redirect("notice_evidence", pk=record.pk)


@require_POST
def change_upload(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Renew or revoke the photo upload of a posting."""
    posting = get_object_or_404(SitePosting.objects.select_related("notice__record"), pk=pk)
    if not permissions.can_edit_notice(request.user, posting.notice):
        raise PermissionDenied
    if act == "renew":
        renew_upload(posting=posting)
        messages.success(request, _("已换发二维码，以前的失效。请重新打印这个张贴点的附页。"))
    elif act == "revoke":
        revoke_upload(posting=posting)
        messages.success(request, _("已停用二维码，不再接收照片。"))
    else:
        raise Http404
    return redirect("notice_evidence", pk=posting.notice.record.pk)
