"""The life of a correction: opened, edited, checked like a notice, applied as a new version, or abandoned."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices import permissions, signals
from notices.calendars import current_calendar
from notices.correction_rules import (
    closed_reason,
    corrected_fields,
    correction_obstacles,
    end_after_correction,
    prepared_wording,
    window_is_closed,
)
from notices.gate import confirmation_gap
from notices.guards import NoticeRefusedError
from notices.judgement import blocking, findings_for
from notices.models import (
    pages,
)  # the module, not its classes: it imports the editor, and that the rules of corrections
from notices.models.attachments import Attachment, AttachmentKind
from notices.models.corrections import Correction, CorrectionClass, CorrectionState
from notices.models.records import NoticeChange, NoticeRecord, NoticeStage
from notices.services import write_entry
from notices.statutory.window import comment_window

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

OWN_CORRECTION = gettext_lazy("办理更正的人不能核对自己的更正，请其他管理员办理。")
_REPORTS = (AttachmentKind.DRAFT_REPORT, AttachmentKind.FULL_REPORT)


@transaction.atomic
def open_correction(
    *, record: NoticeRecord, correction_class: str, reason: str, user: Any, now: datetime
) -> Correction:
    """Begin the correction of a published notice by its proponent's staff or an operator.

    For a slip or a statutory item the wording is opened as a draft; for a change of substance a new notice is drafted.
    Raises PermissionDenied, and ValidationError with what to do.
    """
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    page = record.page
    if not permissions.can_edit_notice(user, page):
        raise PermissionDenied
    if record.stage != NoticeStage.PUBLISHED or record.historical:
        raise ValidationError(_("只有已公开的公示可以更正；历史记录和已撤回、已被取代的公示不能更正。"))
    if record.open_correction is not None:
        raise ValidationError(_("这份公示已有更正正在办理，请先办完或者放弃。"))
    if not reason.strip():
        raise ValidationError(_("请写明更正的原因，原因会公开。"))
    if correction_class == CorrectionClass.STATUTORY and window_is_closed(record, now=now):
        raise ValidationError(closed_reason())
    correction = Correction(
        record=record,
        correction_class=CorrectionClass(correction_class),
        reason=reason.strip(),
        base_version=record.version,
        opened_by=user,
        opened_at=now,
    )
    if correction.correction_class == CorrectionClass.SUBSTANCE:
        correction.draft = _copy_as_draft(page, user=user)
    else:
        _begin_from_public_wording(record)
    correction.save()
    return correction


def _begin_from_public_wording(record: NoticeRecord) -> None:
    """Make the public wording the one that the editor opens, whatever was saved beside it before."""
    pages.NoticePage.objects.filter(pk=record.page_id).update(
        latest_revision=record.revision, has_unpublished_changes=False
    )


def _copy_as_draft(page: NoticePage, *, user: Any) -> NoticePage:
    """Return a new draft with the wording of a notice, without its dates and its report: those are made anew."""
    renewed: dict[str, Any] = {"planned_date": None, "requested_last_day": None, "signature_date": None}
    draft: NoticePage = page.copy(
        update_attrs={"slug": f"n{token_hex(4)}", **renewed}, keep_live=False, copy_revisions=False, user=user
    )
    for row in page.files().exclude(kind__in=_REPORTS):
        row.pk, row.notice, row.since_version, row.until_version = None, draft, 1, None
        row._state.adding = True
        row.save()
    return draft


@transaction.atomic
def make_statutory(*, correction: Correction, user: Any, now: datetime) -> None:
    """Turn a slip into a change of a statutory item, keeping what was edited.

    Raises PermissionDenied, and ValidationError after the window has closed.
    """
    correction = _locked(correction, user)
    if correction.correction_class != CorrectionClass.SLIP:
        raise ValidationError(_("只有文字更正可以改为法定事项变更。"))
    _refuse_during_check(correction)
    if window_is_closed(correction.record, now=now):
        raise ValidationError(closed_reason())
    correction.correction_class = CorrectionClass.STATUTORY
    correction.save(update_fields=["correction_class"])


@transaction.atomic
def abandon_correction(*, correction: Correction, user: Any, now: datetime) -> None:
    """Give a correction up: draft and added files are dropped, the public notice stays as it is.

    The new draft of a change of substance stays as an ordinary draft. Raises PermissionDenied and ValidationError.
    """
    correction = _locked(correction, user)
    correction.state, correction.ended_by, correction.ended_at = CorrectionState.ABANDONED, user, now
    correction.save(update_fields=["state", "ended_by", "ended_at"])
    if correction.correction_class == CorrectionClass.SUBSTANCE:
        return
    page = correction.record.page
    if page.workflow_in_progress:
        page.current_workflow_state.cancel(user=user)
    files = Attachment.objects.filter(notice=page)
    files.filter(since_version__gt=correction.base_version).delete()
    files.filter(until_version=correction.base_version).update(until_version=None)
    _begin_from_public_wording(correction.record)


def _locked(correction: Correction, user: Any) -> Correction:
    """Return an open correction read anew under the lock of its notice."""
    record = NoticeRecord.objects.select_for_update().get(pk=correction.record_id)
    if not permissions.can_edit_notice(user, record.page):
        raise PermissionDenied
    correction = Correction.objects.get(pk=correction.pk)
    if correction.state != CorrectionState.OPEN:
        raise ValidationError(_("这次更正已经办结。"))
    correction.record = record
    return correction


def _refuse_during_check(correction: Correction) -> None:
    if correction.record.page.workflow_in_progress:
        raise ValidationError(_("更正正在核对。请先撤回提交，或者等核对结束。"))


def authors_of(correction: Correction) -> set[int]:
    """Return the keys of everybody who opened, edited or submitted the correction."""
    page = correction.record.page
    edited = page.revisions.filter(created_at__gte=correction.opened_at).values_list("user_id", flat=True)
    submitted = page.workflow_states.filter(created_at__gte=correction.opened_at).values_list(
        "requested_by_id", flat=True
    )
    return {pk for pk in (correction.opened_by_id, *edited, *submitted) if pk is not None}


@transaction.atomic
def apply_correction(*, correction: Correction, revision: Any, user: Any, now: datetime) -> NoticeChange:
    """Publish a checked correction as the next version of its notice, with its public reason.

    1. judge the draft by the rules of the day of publication and by its class, ask for its confirmation, 2. write the
    register row, the window with it, 3. publish the revision, 4. write change and ledger. Raises NoticeRefusedError with
    the reasons; nothing is written then.
    """
    record = NoticeRecord.objects.select_for_update().get(pk=correction.record_id)
    correction = Correction.objects.get(pk=correction.pk)
    correction.record = record
    if (correction.state, correction.base_version, record.stage) != (
        CorrectionState.OPEN,
        record.version,
        NoticeStage.PUBLISHED,
    ):
        raise NoticeRefusedError(_("公示的状态已经改变，这次更正不能公开，请放弃后重新办理。"))
    if user is not None and user.pk in authors_of(correction):
        raise NoticeRefusedError(str(OWN_CORRECTION))
    page = prepared_wording(revision.as_object(), correction)
    _refuse_unlawful(page, correction, now=now)
    unconfirmed = confirmation_gap(record, page)
    if unconfirmed:
        raise NoticeRefusedError(unconfirmed)
    changed = [field.name for field in corrected_fields(page)]
    old_last_day = record.last_day
    old_calendar = record.provisional, record.calendar_version
    if correction.correction_class == CorrectionClass.STATUTORY:
        record.accepts_late = page.accepts_late
        _restart_window(record, page, on=timezone.localdate(now))
    record.version, record.revision = record.version + 1, revision
    record.save()
    _publish(revision, record)
    extended = record.last_day != old_last_day
    change = NoticeChange.objects.create(
        record=record,
        change_class=correction.correction_class,
        reason=correction.reason,
        version=record.version,
        revision=revision,
        changed_fields=changed,
        old_last_day=old_last_day if extended else None,
        new_last_day=record.last_day if extended else None,
        old_provisional=old_calendar[0],
        old_calendar_version=old_calendar[1],
        made_by=user,
        made_at=now,
    )
    correction.state, correction.change = CorrectionState.APPLIED, change
    correction.ended_by, correction.ended_at = user, now
    correction.save()
    payload = _payload(record, correction, changed)
    write_entry(record=record, act="corrected", role="operator", now=now, payload=payload, user=user)
    transaction.on_commit(lambda: signals.notice_changed.send(NoticeRecord, record=record, now=now))
    return change


def _refuse_unlawful(page: NoticePage, correction: Correction, *, now: datetime) -> None:
    reasons = [message for _field, message in correction_obstacles(page, correction, now=now)]
    reasons += [
        finding.message for finding in blocking(findings_for(page, on=correction.record.published_on))
    ]
    if reasons:
        raise NoticeRefusedError(reasons)


def _restart_window(record: NoticeRecord, page: NoticePage, *, on: date) -> None:
    """Give the corrected web page its full term; the window only moves later."""
    calendar = current_calendar()
    last_day = end_after_correction(record, page, on=on, calendar=calendar)
    if last_day and last_day != record.last_day and record.working_days:
        window = comment_window(on, working_days=record.working_days, calendar=calendar)
        record.last_day, record.closed_at = last_day, None
        record.counted_from = max(on, record.counted_from or on)
        record.provisional, record.calendar_version = window.provisional, calendar.version


def _publish(revision: Any, record: NoticeRecord) -> None:
    """Publish the revision and keep the project, which an older revision may not name yet."""
    project_id = pages.NoticePage.objects.values_list("project_id", flat=True).get(pk=record.page_id)
    revision.publish()
    pages.NoticePage.objects.filter(pk=record.page_id).update(project_id=project_id)


def _payload(record: NoticeRecord, correction: Correction, changed: list[str]) -> dict[str, Any]:
    files = (
        record.page.attachments.in_version(record.version).order_by("sha256").values_list("kind", "sha256")
    )
    return {
        "class": correction.correction_class,
        "version": record.version,
        "last_day": record.last_day.isoformat() if record.last_day else None,
        "reason": correction.reason,
        "changed": changed,
        "attachments": [{"kind": kind, "sha256": digest} for kind, digest in files],
    }


def abandon_with_draft(*, draft: NoticePage, now: datetime) -> None:
    """Give up the change of substance whose new notice is being deleted."""
    Correction.objects.filter(draft=draft, state=CorrectionState.OPEN).update(
        state=CorrectionState.ABANDONED, ended_at=now
    )
