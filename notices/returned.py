"""Notices that an operator gave back for mending (退回修改), with the reason, until they are handed in again or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

SHORT = 60


def _reasons(page_id: Any) -> Any:
    return (
        TaskState.objects.filter(
            status=TaskState.STATUS_REJECTED,
            workflow_state__status=WorkflowState.STATUS_NEEDS_CHANGES,
            workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
            workflow_state__object_id=page_id,
        )
        .order_by("-finished_at", "-pk")
        .values_list("comment", flat=True)
    )


def reason_of_return() -> Subquery:
    """Return the reason as an expression over NoticeRecord; None where the notice was not given back, empty without a reason."""
    return Subquery(_reasons(Cast(OuterRef("page_id"), CharField()))[:1])


def return_of(page: NoticePage) -> str:
    """Return in words that a notice was given back, and why; empty when it was not."""
    return in_words(_reasons(str(page.pk)).first())


def in_words(reason: str | None, *, short: bool = False) -> str:
    """Return a reason as a sentence of its own, cut where a list has little room; empty for None."""
    if reason is None:
        return ""
    if not reason.strip():
        return _("已退回修改")
    shown = Truncator(reason.strip()).chars(SHORT) if short else reason.strip()
    return _("已退回修改：%(reason)s") % {"reason": shown}
