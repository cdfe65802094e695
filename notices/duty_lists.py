"""The duties of many notices at once, in a number of queries that does not grow with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Cast, Coalesce
from wagtail.models import Page, WorkflowState

from notices import permissions
from notices.duties import Duty, duties_of, list_annotations
from notices.models import NoticeRecord, NoticeStage
from notices.project_duties import FIRST_AFTER, missing_end
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar

# A list longer than this helps nobody; those whose window ends first are shown.
MOST_NOTICES = 300


@dataclass(frozen=True, slots=True)
class NoticeDuty:
    """An open duty with its notice."""

    record: NoticeRecord
    duty: Duty
    overdue: bool


def being_checked() -> Exists:
    """Return the condition that a notice is being checked, asked in the query and not row by row."""
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("page_id"), CharField()),
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    return Exists(states)


def active_records(records: Any) -> Any:
    """Limit to notices on which something can be due, loaded with what the providers look at.

    Active are approved, published and superseded notices whose project has not been submitted, decided or abandoned, drafts of a
    first round whose term runs (Art. 9), and drafts that are being checked.
    """
    first_round = Q(
        stage=NoticeStage.DRAFT,
        page__kind=NoticeKind.FIRST_ROUND,
        page__project__contracted_on__isnull=False,
    )
    stages = [NoticeStage.APPROVED, NoticeStage.PUBLISHED, NoticeStage.SUPERSEDED]
    standing = Q(stage__in=stages, historical=False)
    over = (
        Q(page__project__submitted_on__isnull=False)
        | Q(page__project__decided_on__isnull=False)
        | Q(page__project__abandoned_on__isnull=False)
    )
    return (
        records.filter(first_round | standing | Q(being_checked(), stage=NoticeStage.DRAFT))
        .exclude(over)
        .annotate(**list_annotations())
        .select_related("page__project", "revision", "approved_revision")
        .prefetch_related(
            "page__newspaperinsertions__files",
            "page__sitepostings__files",
            "page__paperviewings",
            "page__attachments",
            "page__meetings",
            "depth_decisions",
            "changes",
            "extension_dismissals",
            "confirmations",
            # As Wagtail's prefetch_workflow_states() does for pages; its properties look there.
            Prefetch(
                "page___specific_workflow_states",
                queryset=WorkflowState.objects.active(),
                to_attr="_current_workflow_states",
            ),
        )
        .order_by("last_day", "pk")
    )


def undecided_records(records: Any, today: date) -> Any:
    """Limit to notices whose project was submitted long ago and has no recorded end: nothing else is due on them."""
    return (
        records.filter(
            stage=NoticeStage.PUBLISHED,
            historical=False,
            page__project__submitted_on__isnull=False,
            page__project__decided_on=None,
            page__project__abandoned_on=None,
        )
        .alias(over_on=Coalesce("last_day", "published_on"))
        .filter(over_on__lte=today - FIRST_AFTER)
        .select_related("page__project")
        .order_by("last_day", "pk")
    )


def open_duties(
    records: Any, *, today: date, calendar: Calendar, most: int | None = MOST_NOTICES
) -> list[NoticeDuty]:
    """Return what is open on the notices, overdue first, the nearest first, those without a day last."""
    due = [
        (record, duty)
        for record in active_records(records)[:most]
        for duty in duties_of(record, today=today, calendar=calendar)
    ]
    due += [
        (record, duty)
        for record in undecided_records(records, today)[:most]
        for duty in missing_end(record, today, calendar)
    ]
    found = [
        NoticeDuty(record, duty, duty.due_on is not None and duty.due_on < today)
        for record, duty in due
        if not duty.done
    ]
    return sorted(
        found,
        key=lambda row: (row.duty.due_on is None, row.duty.due_on or today, row.record.pk, row.duty.key),
    )


def duties_for(user: Any, *, today: date, calendar: Calendar) -> list[NoticeDuty]:
    """Return the open duties of the notices that the person prepares; an operator sees everybody's."""
    records = NoticeRecord.objects.filter(page__in=permissions.editable_notices(user).values("pk"))
    return open_duties(records, today=today, calendar=calendar)


def has_duties(user: Any) -> bool:
    """Whether the person is one who has to act: operators and proponents, not officers."""
    return permissions.is_operator(user) or bool(permissions.editable_page_paths(user))
