"""Refusals in the admin end in a message, whatever view they come from; approvals end in a sentence with the date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.models import Page

from notices import admin_guards, workflow
from notices.checklist import is_in_preparation
from notices.guards import HAS_PAPERS, NoticeRefusedError
from notices.models import Consultant, EntrustmentAgreement, NoticePage, Project
from notices.selectors import approval_sentence
from notices.side_panels import add_findings_panel

PAPERS = (EntrustmentAgreement, Consultant, Project)
EDITOR = "wagtailadmin_pages:edit"
WORKFLOW_ACTION = "wagtailadmin_pages:workflow_action"


class NoticeActs:
    """Stands around the admin's views, because Wagtail gives an approval and a side panel no hook and a refusal no message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the sentence after a successful approval."""
        response = self.get_response(request)
        notice: NoticePage | None = getattr(request, "notice_under_approval", None)
        if notice is not None:
            before = (notice.record.stage, notice.record.version)
            notice.record.refresh_from_db()
            if (notice.record.stage, notice.record.version) != before:
                messages.success(request, approval_sentence(notice.record))
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Close the few addresses that Wagtail leaves open; say why an approval is refused before Wagtail closes it."""
        if not admin_guards.may_open(request, kwargs):
            closed: HttpResponse = permission_denied(request)
            return closed
        if request.method != "POST" or not _is_approval(request, kwargs):
            return None
        notice = NoticePage.objects.select_related("record").filter(pk=kwargs["page_id"]).first()
        if notice is None or not is_in_preparation(notice.record) or not notice.workflow_in_progress:
            return None
        request.notice_under_approval = notice  # type: ignore[attr-defined]
        if request.resolver_match is not None and request.resolver_match.view_name == EDITOR:
            # The editor goes on: it keeps what was typed and shows each finding at its field.
            for obstacle in workflow.obstacles_beside_the_text(notice, request.user):
                messages.error(request, obstacle)
            return None
        obstacles = workflow.approval_obstacles(notice, request.user)
        for obstacle in obstacles:
            messages.error(request, obstacle)
        return _answer(request, reverse(EDITOR, args=[notice.pk]), obstacles) if obstacles else None

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Add the checklist to the side panels of a notice's editor."""
        add_findings_panel(request, response.context_data)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal into messages on the page that the person came from."""
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        reasons = _reasons(exception)
        if not reasons:
            return None
        for reason in reasons:
            messages.error(request, reason)
        return _answer(request, _way_back(request), reasons)


def _is_approval(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name == WORKFLOW_ACTION:
        return kwargs.get("action_name") == "approve"
    return (
        name == EDITOR
        and "action-workflow-action" in request.POST
        and request.POST.get("workflow-action-name") == "approve"
    )


def _reasons(exception: Exception) -> list[str]:
    if isinstance(exception, NoticeRefusedError):
        return list(exception.messages)
    if isinstance(exception, ProtectedError) and any(
        isinstance(kept, Page) for kept in exception.protected_objects
    ):
        return [str(exception.args[0])]
    if isinstance(exception, ProtectedError) and any(
        isinstance(kept, PAPERS) for kept in exception.protected_objects
    ):
        return [str(HAS_PAPERS)]
    if isinstance(exception, ProtectedError):
        # Waivers on a draft, minutes of a meeting and whatever else was written down for good.
        return [_("它已有不能删除的记录（例如豁免、纪要、报名），因此不能删除。请改为撤回、取消或更正。")]
    return []


def _answer(request: HttpRequest, target: str, reasons: list[str]) -> HttpResponse:
    if request.headers.get("accept", "").startswith("application/json"):
        return JsonResponse(
            {"success": False, "error_code": "refused", "error_message": " ".join(reasons)}, status=400
        )
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        # The form of Wagtail's modal workflow: the dialogue closes and the browser goes to the messages.
        return JsonResponse({"step": "success", "redirect": target})
    return redirect(target)


def _way_back(request: HttpRequest) -> str:
    referer = request.headers.get("referer", "")
    if referer and url_has_allowed_host_and_scheme(
        referer, {request.get_host()}, require_https=request.is_secure()
    ):
        return referer
    return reverse("wagtailadmin_home")
