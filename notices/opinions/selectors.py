"""Reads of opinions for the public pages and the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from notices.calendar_words import sentence
from notices.calendars import current_calendar
from notices.models import NoticePage
from notices.opinions.feedback import awaits_answer, feedback_of
from notices.opinions.file_names import open_names
from notices.opinions.models import Opinion
from notices.opinions.numbering import grouped, normalise_code, normalise_number
from notices.opinions.services import code_fits


@dataclass(frozen=True, slots=True)
class OpinionState:
    """What became of an opinion, in words; ``key`` names the style, ``feedback`` says whether its writer was told."""

    key: str
    label: str
    feedback: str = ""


def state_of(opinion: Opinion) -> OpinionState:
    """Return whether an opinion was answered, how, and whether its writer was told."""
    if opinion.answer is None and opinion.destroyed_at is not None:
        return OpinionState("closed", _("内容已依法销毁，无须答复"))
    if opinion.answer is None:
        return OpinionState("open", _("已收到，尚未答复"))
    outcome = str(opinion.answer.get_outcome_display())
    return OpinionState("answered", outcome, str(feedback_of(opinion).label))


def look_up(*, number: str, code: str) -> Opinion | None:
    """Return the opinion of a number and look-up code as typed, None when they do not belong together."""
    plain_number, plain_code = normalise_number(number), normalise_code(code)
    opinion = None
    if plain_number is not None:
        opinion = (
            Opinion.objects.select_related("notice__record", "answer", "ledger_entry__chain", "supplement_to")
            .filter(number=plain_number)
            .first()
        )
    # Compared in every case, so that the time taken does not tell whether the number exists.
    expected = opinion.lookup_digest if opinion else "0" * 64
    fits = code_fits(plain_number or "", plain_code or "", expected)
    return opinion if fits and opinion and plain_code else None


def receipt_context(opinion: Opinion, *, code: str) -> dict[str, Any]:
    """Return what a receipt shows, on the page and as PDF."""
    notice, entry = opinion.notice, opinion.ledger_entry
    last_day = opinion.window_last_day or notice.record.last_day  # rows from before it was kept
    files = list(opinion.files.all())
    open_names(files)
    return {
        "opinion": opinion,
        "page": notice,
        "record": notice.record,
        "code": code,
        "code_groups": grouped(code),
        "entry": entry,
        "files": files,
        "calendar_words": _calendar_words(opinion),
        "window_last_day": last_day,
        "extended_to": notice.record.last_day if last_day != notice.record.last_day else None,
        "demo": notice.record.demo,
    }


def _calendar_words(opinion: Opinion) -> str:
    """Return by which calendar the window was counted when the opinion was taken."""
    if opinion.window_last_day is None:
        return ""
    return sentence(
        opinion.notice.record,
        opinion.window_last_day,
        provisional=opinion.window_provisional,
        version=opinion.calendar_version,
        calendar=current_calendar(),
    )


def answering_progress(notice: NoticePage) -> dict[str, int]:
    """Return how many opinions a notice has, how many wait for an answer, and how many need none any more."""
    unneeded = Q(answer=None, destroyed_at__isnull=False)
    counts: dict[str, int] = Opinion.objects.filter(notice=notice).aggregate(
        total=Count("pk"),
        unanswered=Count("pk", filter=awaits_answer()),
        not_needed=Count("pk", filter=unneeded),
    )
    return counts
