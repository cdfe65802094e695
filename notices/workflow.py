"""The approval workflow: what is on offer to whom, and what happens when it ends."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.workflows import publish_workflow_state

from notices.checklist import blocking_items
from notices.corrections import OWN_CORRECTION, apply_correction, authors_of
from notices.gate import FOUR_EYES, confirmation_gap, has_written, submitted_wording
from notices.models.pages import NoticePage
from notices.permissions import remembered
from notices.services import approve_notice

# By name and whether a form opens; Wagtail says 批准, which only the authority may.
ACTION_LABELS = {
    ("approve", False): _("核对通过"),
    ("approve", True): _("核对通过并附意见"),
    ("reject", True): _("退回修改"),
}


def offered_actions(actions: list[tuple[str, str, bool]], obj: Any, user: Any) -> list[tuple[str, str, bool]]:
    """Name the actions as what they are, a check of form, and drop approval while anything stands against it.

    The dashboard asks with a plain page, the editor with a notice.
    """
    page = getattr(obj, "specific", obj)
    if not actions or not isinstance(page, NoticePage):
        return actions
    # Asked several times for one page of the editor; the act itself asks anew.
    question = f"what stands against {page.pk} as of {page.latest_revision_id}"
    refused = bool(remembered(user, question, lambda: approval_obstacles(page, user)))
    return [
        (name, str(ACTION_LABELS.get((name, modal), label)), modal)
        for name, label, modal in actions
        if not (refused and name == "approve")
    ]


def own_work(page: NoticePage, user: Any) -> list[str]:
    """Return why the person may not check what is their own: a draft or a correction that they had a part in."""
    correction = page.record.correction_being_edited
    if correction is not None and user.pk in authors_of(correction):
        return [str(OWN_CORRECTION)]
    return [str(FOUR_EYES)] if has_written(page, user) else []


def approval_obstacles(page: NoticePage, user: Any) -> list[str]:
    """Return why this person cannot approve this notice today; empty when nothing stands against it.

    Whoever had a part in the draft never approves it; the other obstacles are those that stop a submission, judged on the
    draft as last saved, and the confirmation of its 建设单位 that is still missing.
    """
    latest = page.get_latest_revision_as_object()
    return obstacles_beside_the_text(page, user) + [item.message for item in blocking_items(latest)]


def obstacles_beside_the_text(page: NoticePage, user: Any) -> list[str]:
    """Return what stands against an approval by this person that no edit of the text would mend."""
    unconfirmed = confirmation_gap(page.record, submitted_wording(page))
    return [*own_work(page, user), *([unconfirmed] if unconfirmed else [])]


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """End a workflow: a notice is approved and waits for its date, a correction is applied, any other page published."""
    page = workflow_state.content_object
    specific = getattr(page, "specific", page)
    if not isinstance(specific, NoticePage):
        publish_workflow_state(workflow_state, user=user)
        return
    correction, revision = specific.record.correction_being_edited, specific.get_latest_revision()
    if correction is not None:
        apply_correction(correction=correction, revision=revision, user=user, now=timezone.now())
    else:
        approve_notice(page=specific, revision=revision, user=user, now=timezone.now())
