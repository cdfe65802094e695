"""Signals of the notices app; a handler is one service call."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import init_new_page, pre_page_move

from notices.corrections import abandon_with_draft
from notices.guards import (
    is_notice,
    refuse_loss_of_file,
    refuse_loss_of_record,
    refuse_removal,
    refuse_unlawful_state,
)
from notices.models import Attachment, CalendarRecord, NoticePage, NoticeRecord, ProponentPage
from notices.proponent_services import ensure_proponent_group
from notices.services import ensure_record, fill_from_proponent
from notices.signals import calendar_added, workflow_finished
from notices.tasks import recompute_running_windows
from notices.workflow import finish_workflow


def on_notice_saved(sender: type[NoticePage], instance: NoticePage, raw: bool = False, **kwargs: Any) -> None:
    """Give every notice its register row and code."""
    if not raw:
        ensure_record(instance)


def on_proponent_saved(
    sender: type[ProponentPage],
    instance: ProponentPage,
    raw: bool = False,
    update_fields: Any = None,
    **kwargs: Any,
) -> None:
    """Give every 建设单位 its group, under its present name; a partial save may carry a title not yet public."""
    if not raw and (update_fields is None or "title" in update_fields):
        ensure_proponent_group(page=instance)


def on_page_saving(
    sender: type[Page], instance: Page, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """Judge the state before every save that may change it: of a notice, and of one loaded as a plain page."""
    if not raw and (update_fields is None or "live" in update_fields) and is_notice(instance):
        refuse_unlawful_state(instance)


def on_page_moving(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Stop moves that bypass the model's own method: actions, ancestors."""
    refuse_removal(instance)


def on_workflow_finished(sender: Any, workflow_state: Any, user: Any, **kwargs: Any) -> None:
    """Approve the notice, or publish the page of another kind."""
    finish_workflow(workflow_state, user=user)


def on_calendar_added(sender: type[CalendarRecord], **kwargs: Any) -> None:
    """Have the windows that the schedule touches counted again, in the background."""
    recompute_running_windows.enqueue()


def on_new_page(sender: Any, page: Page, parent: Page, **kwargs: Any) -> None:
    """Fill a new notice with what its proponent's page says."""
    if isinstance(page, NoticePage):
        fill_from_proponent(page, parent.specific)


def on_notice_removed(sender: type[NoticePage], instance: NoticePage, **kwargs: Any) -> None:
    """Stop deletions that bypass the model's own method: querysets, ancestors; a draft takes its correction with it."""
    refuse_removal(instance)
    abandon_with_draft(draft=instance, now=timezone.now())


def on_file_removed(sender: type[Attachment], instance: Attachment, **kwargs: Any) -> None:
    """Stop deletions of checked and published files by any path."""
    refuse_loss_of_file(instance)


def on_record_removed(sender: type[NoticeRecord], instance: NoticeRecord, **kwargs: Any) -> None:
    """Stop deletions of the register row of a checked or published notice."""
    refuse_loss_of_record(instance)


def connect() -> None:
    """Connect the handlers once."""
    post_save.connect(on_notice_saved, sender=NoticePage, dispatch_uid="notice_saved")
    post_save.connect(on_proponent_saved, sender=ProponentPage, dispatch_uid="proponent_saved")
    pre_save.connect(on_page_saving, sender=NoticePage, dispatch_uid="notice_saving")
    pre_save.connect(on_page_saving, sender=Page, dispatch_uid="page_saving")
    init_new_page.connect(on_new_page, dispatch_uid="new_notice")
    calendar_added.connect(on_calendar_added, dispatch_uid="calendar_added")
    workflow_finished.connect(on_workflow_finished, dispatch_uid="workflow_finished")
    pre_page_move.connect(on_page_moving, dispatch_uid="page_moving")
    pre_delete.connect(on_file_removed, sender=Attachment, dispatch_uid="file_removed")
    pre_delete.connect(on_record_removed, sender=NoticeRecord, dispatch_uid="record_removed")
    pre_delete.connect(on_notice_removed, sender=NoticePage, dispatch_uid="notice_removed")
