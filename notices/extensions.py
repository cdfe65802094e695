"""Extensions that late evidence proposes; an operator confirms or turns each down, nothing happens by itself.

Every channel must be up for the full term (Art. 11). Evidence of a posting that went up after publication, or of a second
insertion printed after the window, therefore proposes a later last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendars import current_calendar
from notices.duties import Duty, DutyOf
from notices.models.evidence import NewspaperInsertion, SitePosting
from notices.models.records import ExtensionDismissal, NoticeRecord, NoticeStage
from notices.querysets import NoticeRecordQuerySet
from notices.record_language import in_chinese
from notices.selectors import long_date
from notices.services import extend_window, write_entry
from notices.statutory.channels import Channel, Demand, cure, late_channels
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar

if TYPE_CHECKING:
    from notices.models import NoticeChange

EXTEND, DISMISS = "extend-late", "dismiss-late"  # the names of the two acts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A later last day and what asks for it, the most demanding channel first.

    ``counted_from`` is the day of the last posting, None when only the newspaper was late.
    """

    last_day: date
    demands: tuple[Demand, ...]
    working_days: int
    evidence: tuple[SitePosting | NewspaperInsertion, ...]

    @property
    def counted_from(self) -> date | None:
        """Return the day after which the full term counts."""
        return max((row.day for row in self.demands if row.channel == Channel.POSTING), default=None)

    @property
    def sentences(self) -> list[str]:
        """Say of each channel when it was late and what it needs."""
        return [_sentence(demand, self.working_days) for demand in self.demands]

    @property
    @in_chinese
    def reason(self) -> str:
        """Return the reason to fill into the form."""
        return "".join(self.sentences)


def _sentence(demand: Demand, working_days: int) -> str:
    words = {"name": demand.name, "day": long_date(demand.day), "end": long_date(demand.last_day)}
    if demand.channel == Channel.NEWSPAPER:
        return _("《%(name)s》第二次刊登于%(day)s，须在征求意见期限内，截止日不能早于%(end)s。") % words
    words["days"] = str(working_days)
    return _("%(name)s的公告%(day)s才张贴，自次日起须满%(days)s个工作日，到%(end)s。") % words


def proposal_for(record: NoticeRecord, *, today: date, calendar: Calendar) -> Proposal | None:
    """Return the extension that the evidence of a notice proposes, None when there is nothing to decide."""
    first_day, last_day = record.first_day, record.last_day
    page = record.page
    if record.stage != NoticeStage.PUBLISHED or record.historical or page.kind != NoticeKind.DRAFT_REPORT:
        return None
    if first_day is None or last_day is None or record.working_days is None:
        return None
    postings = () if page.art31_simplified else _filed(page.sitepostings.all(), "posted_on", today)
    insertions = _filed(page.newspaperinsertions.all(), "published_on", today)
    demands = _undecided(
        record,
        late_channels(
            published_on=first_day,
            last_day=last_day,
            working_days=record.working_days,
            postings=[(row.village, row.posted_on) for row in postings],
            insertions=[(row.newspaper, row.published_on) for row in insertions],
            calendar=calendar,
        ),
    )
    if not demands:
        return None
    days = {(demand.channel, demand.day) for demand in demands}
    evidence = [row for row in postings if (Channel.POSTING, row.posted_on) in days]
    evidence += [row for row in insertions if (Channel.NEWSPAPER, row.published_on) in days]
    proposed = cure(demands[0].last_day, last_day, today=today, calendar=calendar)
    return Proposal(proposed, demands, record.working_days, tuple(evidence))


def _filed(rows: Iterable[Any], field: str, today: date) -> list[Any]:
    """Return the evidence whose day has come; a planned day proves nothing."""
    return [row for row in rows if (day := getattr(row, field)) is not None and day <= today]


def _undecided(record: NoticeRecord, demands: tuple[Demand, ...]) -> tuple[Demand, ...]:
    decided: dict[str, date] = {}
    for row in record.extension_dismissals.all():
        decided[row.channel] = max(row.evidence_day, decided.get(row.channel, row.evidence_day))
    return tuple(row for row in demands if row.channel not in decided or row.day > decided[row.channel])


def current_proposal(record: NoticeRecord) -> Proposal | None:
    """Return today's proposal for a notice."""
    return proposal_for(record, today=timezone.localdate(), calendar=current_calendar())


def late_records(records: NoticeRecordQuerySet) -> NoticeRecordQuerySet:
    """Limit to notices whose evidence may propose an extension, evidence loaded; a submitted project is past it."""
    late = Q(page__sitepostings__posted_on__gt=F("first_day")) | Q(
        page__newspaperinsertions__published_on__gt=F("last_day")
    )
    found = NoticeRecord.objects.filter(
        late, stage=NoticeStage.PUBLISHED, historical=False, page__project__submitted_on=None
    )
    return records.filter(pk__in=found.values("pk")).prefetch_related(
        Prefetch("page__sitepostings"), Prefetch("page__newspaperinsertions"), "extension_dismissals"
    )


def accept_proposal(
    *, record: NoticeRecord, last_day: date, reason: str, user: Any, now: datetime
) -> NoticeChange:
    """Extend a window because of its evidence; the term then counts from the last late posting.

    Raises ValidationError when there is no proposal any more or the last day is earlier than the evidence needs.
    """
    proposal = proposal_for(record, today=timezone.localdate(now), calendar=current_calendar())
    if proposal is None:
        raise ValidationError(_("现有证据已不需要延长期限，请返回公示登记查看。"))
    if last_day < proposal.last_day:
        raise ValidationError(
            _("按证据计算，截止日不能早于%(day)s。") % {"day": long_date(proposal.last_day)}
        )
    return extend_window(
        record=record,
        last_day=last_day,
        reason=reason,
        user=user,
        now=now,
        counted_from=proposal.counted_from,
    )


@transaction.atomic
def dismiss_proposal(*, record: NoticeRecord, reason: str, user: Any, now: datetime) -> None:
    """Turn a proposed extension down with a reason, which the ledger keeps; later evidence proposes anew."""
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    proposal = proposal_for(record, today=timezone.localdate(now), calendar=current_calendar())
    if proposal is None:
        raise ValidationError(_("现有证据已不需要延长期限，请返回公示登记查看。"))
    if not reason.strip():
        raise ValidationError(_("请写明不延长的原因。"))
    for channel in dict.fromkeys(demand.channel for demand in proposal.demands):
        ExtensionDismissal.objects.create(
            record=record,
            channel=channel,
            evidence_day=max(row.day for row in proposal.demands if row.channel == channel),
            reason=reason,
            dismissed_by=user,
            dismissed_at=now,
        )
    payload = {"proposed_last_day": proposal.last_day.isoformat(), "reason": reason}
    write_entry(
        record=record, act="extension_dismissed", role="operator", now=now, payload=payload, user=user
    )


def extension_duties(record: NoticeRecord, today: date, calendar: Calendar) -> list[Duty]:
    """Return the operator's duty to decide on a proposed extension, due while the window is still open."""
    proposal = proposal_for(record, today=today, calendar=calendar)
    if proposal is None:
        return []
    return [
        Duty(
            key=f"extension-{proposal.demands[0].channel}-{proposal.demands[0].day:%Y%m%d}",
            label=_("决定是否延长期限至%(day)s") % {"day": long_date(proposal.last_day)},
            due_on=record.last_day,
            url=reverse("notice_act", args=[record.pk, EXTEND]),
            who=DutyOf.OPERATOR,
            detail=proposal.reason,
        )
    ]
