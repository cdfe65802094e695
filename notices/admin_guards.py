"""Refusals told in the admin before Wagtail tries; the last net behind them is ``notices.guards``."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from notices import guards, permissions
from notices.models import NoticePage, NoticeRecord, NoticeStage

_PUBLISHING = ("action-publish", "go_live_at", "expire_at")
_TYPE_LISTS = (
    "wagtailadmin_pages:type_use",
    "wagtailadmin_pages:type_use_results",
    "wagtailadmin_reports:page_types_usage",
    "wagtailadmin_reports:page_types_usage_results",
)
_MOVE = "wagtailadmin_pages:move_confirm"
# Whoever may enter the admin could look through, and make, the tasks of workflows there.
_TASK_CHOOSER = "wagtailadmin_workflows:task_cho"
_CANCEL = "wagtailadmin_pages:confirm_workflow_cancellation"
# Wagtail's libraries: a file in them can be replaced or deleted, and no address of the portal serves them. Files of a
# notice are its attachments.
_LIBRARIES = ("wagtaildocs:", "wagtaildocs_chooser:", "wagtailimages:", "wagtailimages_chooser:")
_BULK_REASONS = {
    "publish": guards.NOT_BY_HAND,
    "unpublish": guards.MUST_STAY,
    "delete": guards.MUST_STAY,
    "move": guards.MUST_STAY,
}


def explain_direct_publication(request: HttpRequest) -> None:
    """Add the reason when a form tries to publish or to schedule."""
    if any(request.POST.get(name) for name in _PUBLISHING):
        messages.error(request, guards.NOT_BY_HAND)


def choosable_pages(pages: Any, user: Any) -> Any:
    """Limit a page chooser to the person's own subtrees and the pages above them; operators see all."""
    if permissions.is_operator(user):
        return pages
    allowed = Q(pk__in=[])
    for path in permissions.editable_page_paths(user):
        above = [path[:end] for end in range(Page.steplen, len(path), Page.steplen)]
        allowed |= Q(path__startswith=path) | Q(path__in=above)
    return pages.filter(allowed)


def may_open(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the person may open an address at which Wagtail names pages before it asks who wants to know.

    The lists of all pages of a type and of the latest of each type, the question whether a page shall be moved to a place,
    and the one whether a check shall be given up; the chooser of workflow tasks. The libraries of images and documents are
    open to nobody.
    """
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name.startswith(_LIBRARIES):
        return not request.user.is_authenticated
    if name in _TYPE_LISTS:
        return not request.user.is_authenticated or permissions.is_operator(request.user)
    if name.startswith(_TASK_CHOOSER):
        return not request.user.is_authenticated or bool(request.user.is_superuser)
    if name not in (_MOVE, _CANCEL) or not request.user.is_authenticated:
        return True
    keys = [kwargs[key] for key in ("page_id", "page_to_move_id", "destination_id") if key in kwargs]
    pages = Page.objects.filter(pk__in=keys)
    return all(
        page.permissions_for_user(request.user).can_edit() for page in pages
    ) or permissions.is_operator(request.user)


def _refuse(request: HttpRequest, page: Page, reason: Any) -> HttpResponse:
    messages.error(request, reason)
    parent = page.get_parent()
    if parent is None or not parent.permissions_for_user(request.user).can_edit():
        return redirect("wagtailadmin_home")
    return redirect("wagtailadmin_explore", parent.pk)


def refuse_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse copies of trees with notices in them; a notice is copied as the next round of its project only."""
    if page.specific_class is NoticePage:
        if request.POST.get("alias"):
            return _refuse(request, page, guards.NO_ALIAS)
        if request.POST.get("publish_copies"):
            return _refuse(request, page, guards.NOT_BY_HAND)
        messages.info(request, _("公示不整份复制。下一轮公示请选“从上一轮沿用”，日期和附件重新填写。"))
        start = reverse("notice_start_for", args=[page.get_parent().pk])
        return redirect(f"{start}?copy={page.specific.record.pk}")
    if request.method != "POST":
        return None
    holds_notices = NoticeRecord.objects.below(page.path).exists()
    if request.POST.get("copy_subpages") and holds_notices:
        return _refuse(request, page, guards.NO_ALIAS if request.POST.get("alias") else guards.NOT_BY_HAND)
    return None


def refuse_removal_of(pages: list[Page], request: HttpRequest) -> HttpResponse | None:
    """Refuse when one of the pages is, or stands above, a notice that must stay."""
    for page in pages:
        if NoticeRecord.objects.below(page.path).exclude(stage=NoticeStage.DRAFT).exists():
            return _refuse(request, page, guards.MUST_STAY)
    return None


def refuse_bulk_action(request: HttpRequest, action_type: str, action: Any) -> HttpResponse | None:
    """Refuse a bulk act when a notice that it may not touch was ticked, allowed for the others or not."""
    if action_type not in _BULK_REASONS or action.get_default_model() is not Page:
        return None
    ids = [pk for pk in request.GET.getlist("id") if pk.isdigit()]
    notices = NoticePage.objects.filter(pk__in=ids)
    if action_type != "publish":
        notices = notices.exclude(record__stage=NoticeStage.DRAFT)
    first = notices.first()
    if first is None:
        return None
    messages.error(request, _BULK_REASONS[action_type])
    return redirect(reverse("wagtailadmin_explore", args=[first.get_parent().pk]))
