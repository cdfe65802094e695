"""Legal acts on notices: each a verb, keyword-only, one transaction, with its ledger entry."""

from __future__ import annotations

import logging
import secrets
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices import gate, signals
from notices.calendars import current_calendar
from notices.capacity import capacity_of
from notices.closing import closing_payload
from notices.facts import divisions_of, proposed_last_day, working_days_of
from notices.guards import NoticeRefusedError
from notices.judgement import blocking, findings_for
from notices.ledger.services import append, lock_chain
from notices.marks import open_marks, unconfirmed_message
from notices.masking import mask_contacts
from notices.models import pages  # the module, not its classes: it imports the selectors, and they this
from notices.models.corrections import Correction, CorrectionState
from notices.models.project import Project, ProjectDivision
from notices.models.records import ChangeClass, NoticeChange, NoticeRecord, NoticeStage
from notices.projects import project_of
from notices.proponent_services import ensure_proponent_group
from notices.statutory.facts import NoticeKind
from notices.statutory.identifiers import make_notice_code
from notices.statutory.rules import rule_set_for
from notices.statutory.terms import term_set_for
from notices.statutory.window import DEFAULT_WORKING_DAYS, GRACE, comment_window, deadline

if TYPE_CHECKING:
    from notices.models.pages import NoticeIndexPage, NoticePage, ProponentPage

logger = logging.getLogger(__name__)

CHAIN_PREFIX = "notice:"


def chain_key(record: NoticeRecord) -> str:
    """Return the name of a notice's ledger chain."""
    return f"{CHAIN_PREFIX}{record.code}"


def write_entry(
    *,
    record: NoticeRecord,
    act: str,
    role: str,
    now: datetime,
    payload: dict[str, Any] | None = None,
    user: Any = None,
) -> None:
    """Append one public act to the notice's ledger; a delegate acts as such, under its organisation's name."""
    if role in ("proponent", "delegate") and user is not None:
        capacity = capacity_of(user)
        role = capacity.role
        if capacity.organisation:
            payload = {**(payload or {}), "organisation": capacity.organisation}
    append(chain_key=chain_key(record), act=act, role=role, at=now, payload=payload, actor=user)


def ensure_record(page: NoticePage) -> NoticeRecord:
    """Return the register row of a notice, made with a fresh permanent code when it is missing."""
    record = NoticeRecord.objects.filter(page_id=page.pk).first()
    if record is not None:
        return record
    for _attempt in range(50):
        code = make_notice_code(f"{secrets.randbelow(90_000) + 10_000}")
        try:
            with transaction.atomic():
                record = NoticeRecord.objects.create(page=page, code=code)
        except IntegrityError:
            continue
        page.record = record
        return record
    raise RuntimeError("no free notice code found")


@transaction.atomic
def create_proponent(
    *,
    index_page: NoticeIndexPage,
    name: str,
    uscc: str = "",
    address: str = "",
    responsible: str = "",
    demo: bool = False,
) -> ProponentPage:
    """Create a 建设单位 with its page and its group, which may add and edit below the page but not publish."""
    page = pages.ProponentPage(title=name, uscc=uscc, address=address, responsible=responsible, demo=demo)
    page.slug = f"p{secrets.token_hex(4)}"
    index_page.add_child(instance=page)
    ensure_proponent_group(page=page)
    page.save_revision().publish()
    return page


def fill_from_proponent(page: NoticePage, proponent: Any) -> None:
    """Fill the name and the signature of a new, unsaved notice from its proponent's page."""
    page.proponent_name = page.proponent_name or proponent.title
    page.signature_unit = page.signature_unit or proponent.title


@transaction.atomic
def ensure_project(*, page: NoticePage) -> Project:
    """Return the project of a notice: the chosen one, the proponent's one of the same code or name, or a new one."""
    project = project_of(page)
    if project is None:
        proponent = page.get_parent().specific
        project = Project.objects.create(proponent=proponent, name=page.project_name, code=page.project_code)
    if page.contracted_on and project.contracted_on is None:
        project.contracted_on = page.contracted_on
        project.save(update_fields=["contracted_on"])
    for code in divisions_of(page):
        ProjectDivision.objects.get_or_create(project=project, code=code)
    if page.project_id != project.pk:
        page.project = project
        pages.NoticePage.objects.filter(pk=page.pk).update(project=project)
    return project


def _refuse_if_blocked(page: NoticePage, *, on: date) -> None:
    unconfirmed = open_marks(page)
    if unconfirmed:
        raise NoticeRefusedError(unconfirmed_message(unconfirmed))
    blocked = blocking(findings_for(page, on=on))
    if blocked:
        raise NoticeRefusedError([f"{finding.rule_id} {finding.message}" for finding in blocked])


def _refuse_if_unfiled(record: NoticeRecord, page: NoticePage, *, papers: list[str]) -> None:
    """Refuse while papers are missing or the 建设单位 has not confirmed this very wording (Art. 6)."""
    gaps = [*papers, gate.confirmation_gap(record, page)]
    if any(gaps):
        raise NoticeRefusedError([gap for gap in gaps if gap])


@transaction.atomic
def approve_notice(*, page: NoticePage, revision: Any, user: Any, now: datetime) -> NoticeRecord:
    """Approve the form of a notice and fix its publication date (today at the earliest); publish it if that is today.

    Raises NoticeRefusedError with the blocking findings.
    """
    today = timezone.localdate(now)
    page = revision.as_object()
    if page.planned_date is None:
        raise NoticeRefusedError(_("请先填写计划公开日期。"))
    if page.planned_date < today:
        raise NoticeRefusedError(_("计划公开日期已过，请改为今天或以后的日期。"))
    _refuse_if_blocked(page, on=today)
    record = NoticeRecord.objects.select_for_update().get(page_id=page.pk)
    if record.stage != NoticeStage.DRAFT:
        raise NoticeRefusedError(_("公示已核对，不必重复办理。"))
    if gate.has_written(page, user):
        raise NoticeRefusedError(str(gate.FOUR_EYES))
    _refuse_if_unfiled(record, page, papers=gate.filing_gaps(page, on=today))
    ensure_project(page=page)
    record.stage = NoticeStage.APPROVED
    record.approved_at, record.approved_by, record.approved_revision = now, user, revision
    record.planned_on = page.planned_date
    _plan_window(record, page)
    record.refusal = []
    record.save()
    write_entry(
        record=record,
        act="approved",
        role="operator",
        now=now,
        payload={
            "planned": page.planned_date.isoformat(),
            "last_day": record.planned_last_day.isoformat() if record.planned_last_day else None,
        },
        user=user,
    )
    transaction.on_commit(lambda: signals.notice_approved.send(NoticeRecord, record=record, now=now))
    if page.planned_date <= today:
        publish_notice(record=record, now=now)
    return record


def _plan_window(record: NoticeRecord, page: NoticePage) -> None:
    """Keep the end that posters and newspapers will print, and the calendar behind it."""
    if page.kind != NoticeKind.DRAFT_REPORT or page.planned_date is None:
        return
    calendar = current_calendar()
    record.working_days = working_days_of(page)
    window = comment_window(page.planned_date, working_days=record.working_days, calendar=calendar)
    record.planned_last_day = proposed_last_day(page, page.planned_date, calendar)
    record.provisional, record.calendar_version = window.provisional, calendar.version


@transaction.atomic
def revoke_approval(*, record: NoticeRecord, user: Any, reason: str, now: datetime) -> None:
    """Take an approval back before publication, so that the proponent can edit again."""
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    if record.stage != NoticeStage.APPROVED:
        raise ValidationError(_("只有已核对、尚未公开的公示可以撤销核对。"))
    if not reason.strip():
        raise ValidationError(_("请写明撤销核对的原因。"))
    record.stage = NoticeStage.DRAFT
    record.approved_at = record.approved_by = record.approved_revision = record.planned_on = None
    record.planned_last_day = record.working_days = None
    record.provisional, record.calendar_version = False, ""
    record.refusal = []
    record.save()
    # Changes of a plan that no longer exists were never public; the ledger keeps them.
    record.changes.all().delete()
    write_entry(
        record=record, act="approval_revoked", role="operator", now=now, payload={"reason": reason}, user=user
    )


@transaction.atomic
def publish_notice(*, record: NoticeRecord, now: datetime) -> NoticeRecord:
    """Publish an approved notice on its date and open its window.

    1. judge once more what was approved, 2. write the register row, 3. publish the revision, 4. write the ledger.
    Raises NoticeRefusedError with the reasons; nothing is written then.
    """
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    revision = record.approved_revision
    today = timezone.localdate(now)
    due = record.planned_on is not None and record.planned_on <= today
    if record.stage != NoticeStage.APPROVED or revision is None or not due:
        raise NoticeRefusedError(_("公示未到计划公开日期，或者没有核对。"))
    page: NoticePage = revision.as_object()
    # A late start moves the window with it: the term counts from the day on which the notice was really there.
    page.planned_date = today
    if page.requested_last_day and record.planned_last_day:
        # The calendar may have moved the approved end since; the wording of the revision cannot follow.
        page.requested_last_day = max(page.requested_last_day, record.planned_last_day)
    _refuse_if_blocked(page, on=today)
    # An authorisation was judged at approval; that it has run out since keeps no confirmed notice from its date. Files are judged
    # again: a text in one may have lost its consent since.
    papers = gate.agreement_gaps(page) + gate.file_gaps(page)
    _refuse_if_unfiled(record, revision.as_object(), papers=papers)
    calendar = current_calendar()
    record.stage, record.refusal = NoticeStage.PUBLISHED, []
    record.published_at, record.published_on, record.revision, record.version = now, today, revision, 1
    record.calendar_version = calendar.version
    record.rule_set = rule_set_for(today).version
    record.term_set = term_set_for(today).version
    record.accepts_late = page.accepts_late
    if page.kind == NoticeKind.DRAFT_REPORT:
        window = comment_window(today, working_days=working_days_of(page), calendar=calendar)
        last_day = proposed_last_day(page, today, calendar)
        # What was printed from the approval on is kept: a schedule that gives days back does not shorten it.
        record.first_day, record.last_day = today, max(last_day, record.planned_last_day or last_day)
        record.working_days, record.provisional = working_days_of(page), window.provisional
    elif page.kind == NoticeKind.FIRST_ROUND:
        record.first_day = today
    record.demo = page.get_parent().specific.demo
    record.save()
    revision.publish()
    ensure_project(page=pages.NoticePage.objects.get(pk=record.page_id))
    write_entry(record=record, act="published", role="portal", now=now, payload=_publication_payload(record))
    _take_the_place(record, now=now)
    transaction.on_commit(lambda: signals.notice_published.send(NoticeRecord, record=record, now=now))
    return record


def _take_the_place(record: NoticeRecord, *, now: datetime) -> None:
    """Let a notice that was drafted for a change of substance supersede the old one; its opinions are still answered."""
    correction = Correction.objects.filter(draft_id=record.page_id, state=CorrectionState.OPEN).first()
    if correction is None:
        return
    old = NoticeRecord.objects.select_for_update().get(pk=correction.record_id)
    old.stage, old.superseded_by = NoticeStage.SUPERSEDED, record
    old.save(update_fields=["stage", "superseded_by"])
    correction.change = NoticeChange.objects.create(
        record=old,
        change_class=ChangeClass.SUBSTANCE,
        reason=correction.reason,
        version=old.version,
        made_by=record.approved_by,
        made_at=now,
    )
    correction.state, correction.ended_at = CorrectionState.APPLIED, now
    correction.save()
    reason = {"reason": correction.reason}
    write_entry(record=old, act="superseded", role="portal", now=now, payload={"by": record.code, **reason})
    write_entry(
        record=record, act="supersedes", role="portal", now=now, payload={"notice": old.code, **reason}
    )
    transaction.on_commit(lambda: signals.notice_changed.send(NoticeRecord, record=old, now=now))


def _publication_payload(record: NoticeRecord) -> dict[str, Any]:
    attachments = record.page.attachments.order_by("sha256").values_list("kind", "sha256")
    return {
        "version": record.version,
        "first_day": record.first_day.isoformat() if record.first_day else None,
        "last_day": record.last_day.isoformat() if record.last_day else None,
        "calendar": record.calendar_version,
        "rules": record.rule_set,
        "attachments": [{"kind": kind, "sha256": digest} for kind, digest in attachments],
    }


def publish_due_notices(*, now: datetime) -> list[str]:
    """Publish every approved notice whose date has come, each in its own transaction; return the refused codes.

    A refusal is written to the register for the operator and stops nobody else.
    """
    refused = []
    for record in NoticeRecord.objects.due_on(timezone.localdate(now)):
        try:
            publish_notice(record=record, now=now)
        except ValidationError as error:
            refused.append(record.code)
            if record.refusal != error.messages:
                NoticeRecord.objects.filter(pk=record.pk).update(refusal=error.messages)
                logger.warning("notice %s was not published: %s", record.code, "; ".join(error.messages))
        except Exception:
            refused.append(record.code)
            # The operator learns from the register what the log says to nobody.
            reasons = [_("系统出错，公示没有公开；系统会继续尝试。仍不公开时，请联系运行维护人员查看日志。")]
            NoticeRecord.objects.filter(pk=record.pk).update(refusal=reasons)
            logger.exception("notice %s was not published", record.code)
    return refused


@transaction.atomic
def publish_historical(
    *, page: NoticePage, user: Any, now: datetime, published_on: date | None, basis: str
) -> NoticeRecord:
    """Publish a notice of the past as a historical record: findings shown, not blocking, no opinions taken."""
    record = NoticeRecord.objects.select_for_update().get(page_id=page.pk)
    if record.stage != NoticeStage.DRAFT:
        raise NoticeRefusedError(_("公示已经公开。"))
    ensure_project(page=page)
    page = page.get_latest_revision_as_object()
    mask_contacts(page)
    revision = page.save_revision(user=user)
    record.historical = True
    record.stage = NoticeStage.PUBLISHED
    record.inferred_published_on, record.inference_basis = published_on, basis
    record.published_at, record.published_on = now, published_on
    record.revision, record.version = revision, 1
    judged_on = published_on or timezone.localdate(now)
    record.rule_set, record.term_set = rule_set_for(judged_on).version, term_set_for(judged_on).version
    # What an incomplete extract does not show is unseen, never worked out.
    shows_window = "window_text" not in record.unseen
    if published_on and shows_window and page.kind == NoticeKind.DRAFT_REPORT:
        window = comment_window(published_on, working_days=working_days_of(page), calendar=current_calendar())
        record.first_day, record.last_day = window.first_day, window.last_day
        record.working_days, record.calendar_version = working_days_of(page), window.calendar
    record.save()
    revision.publish()
    ensure_project(page=pages.NoticePage.objects.get(pk=record.page_id))
    write_entry(record=record, act="filed_as_history", role="operator", now=now, user=user)
    transaction.on_commit(lambda: signals.notice_published.send(NoticeRecord, record=record, now=now))
    return record


@transaction.atomic
def extend_window(
    *,
    record: NoticeRecord,
    last_day: date,
    reason: str,
    user: Any,
    now: datetime,
    counted_from: date | None = None,
) -> NoticeChange:
    """Move the last day of a published window later; it is never moved earlier.

    ``counted_from`` is the day of the late channel after which the full term counts, if that is why: a later schedule is then
    applied to the term from that day on, and the end is provisional while one of its days is unknown.
    """
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    if record.stage != NoticeStage.PUBLISHED or record.historical or record.last_day is None:
        raise ValidationError(_("只有已公开、征求意见的公示可以延长期限。"))
    if last_day <= record.last_day:
        raise ValidationError(_("期限只能延长，不能缩短。请选择晚于原截止日的日期。"))
    if last_day < timezone.localdate(now):
        raise ValidationError(_("新的截止日已过，请选择今天或以后的日期。"))
    if not reason.strip():
        raise ValidationError(_("请写明延长期限的原因，原因会公开。"))
    change = NoticeChange.objects.create(
        record=record,
        change_class=ChangeClass.WINDOW,
        reason=reason,
        version=record.version,
        old_last_day=record.last_day,
        new_last_day=last_day,
        old_provisional=record.provisional,
        old_calendar_version=record.calendar_version,
        made_by=user,
        made_at=now,
    )
    record.last_day, record.closed_at = last_day, None
    if counted_from is not None:
        _count_from(record, counted_from)
    record.save()
    payload = {"last_day": last_day.isoformat(), "reason": reason}
    write_entry(record=record, act="window_extended", role="operator", now=now, payload=payload, user=user)
    transaction.on_commit(lambda: signals.notice_changed.send(NoticeRecord, record=record, now=now))
    return change


def _count_from(record: NoticeRecord, day: date) -> None:
    calendar = current_calendar()
    record.counted_from = max(day, record.counted_from or day)
    window = comment_window(
        record.counted_from, working_days=record.working_days or DEFAULT_WORKING_DAYS, calendar=calendar
    )
    record.provisional, record.calendar_version = window.provisional, calendar.version


@transaction.atomic
def withdraw_notice(*, record: NoticeRecord, reason: str, user: Any, now: datetime) -> None:
    """Withdraw a published notice; a public page stays that says so and why."""
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    if record.stage != NoticeStage.PUBLISHED:
        raise ValidationError(_("只有已公开的公示可以撤回。"))
    if record.open_correction is not None:
        raise ValidationError(_("这份公示有更正正在办理。请先放弃更正，再办理撤回。"))
    if not reason.strip():
        raise ValidationError(_("请写明撤回的原因，原因会公开。"))
    record.stage, record.withdrawn_at, record.withdrawal_reason = NoticeStage.WITHDRAWN, now, reason
    record.save(update_fields=["stage", "withdrawn_at", "withdrawal_reason"])
    NoticeChange.objects.create(
        record=record,
        change_class=ChangeClass.WITHDRAWAL,
        reason=reason,
        version=record.version,
        made_by=user,
        made_at=now,
    )
    write_entry(
        record=record, act="withdrawn", role="operator", now=now, payload={"reason": reason}, user=user
    )
    transaction.on_commit(lambda: signals.notice_changed.send(NoticeRecord, record=record, now=now))


def close_windows(*, now: datetime) -> int:
    """Write the ``closed`` entry of windows whose end and grace of 30 minutes are over; return how many."""
    closed = 0
    candidates = NoticeRecord.objects.filter(
        stage=NoticeStage.PUBLISHED, historical=False, closed_at=None, last_day__lt=timezone.localdate(now)
    )
    for candidate in candidates:
        if candidate.last_day is None or now < deadline(candidate.last_day) + GRACE:
            continue
        with transaction.atomic():
            record = NoticeRecord.objects.select_for_update().get(pk=candidate.pk)
            if record.closed_at is None:
                lock_chain(chain_key(record))  # nothing comes in between the counts and the entry
                record.closed_at = now
                record.save(update_fields=["closed_at"])
                write_entry(
                    record=record, act="closed", role="portal", now=now, payload=closing_payload(record)
                )
                transaction.on_commit(
                    partial(signals.window_closed.send_robust, NoticeRecord, record=record, now=now)
                )
                closed += 1
    return closed
