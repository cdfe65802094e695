"""The answers of a notice on paper, for the village board: numbers and answers, no names and no opinions' texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.models import NoticePage
from notices.opinions.answer_texts import look_up_address
from notices.opinions.models import Answer, Opinion, Outcome
from notices.printing import render_pdf
from notices.record_language import in_chinese


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One answer with the numbers of all who get it."""

    answer: Answer
    numbers: tuple[str, ...]


def sheet_rows(notice: NoticePage) -> list[SheetRow]:
    """Return the answers that stand, in the order of the outcomes and of their first numbers."""
    numbers: dict[Answer, list[str]] = {}
    answered = Opinion.objects.filter(notice=notice, answer__isnull=False).select_related("answer")
    for opinion in answered.only("number", "answer").order_by("sequence"):
        if opinion.answer is not None:
            numbers.setdefault(opinion.answer, []).append(opinion.number)
    order = list(Outcome.values)
    rows = [SheetRow(answer, tuple(found)) for answer, found in numbers.items()]
    return sorted(rows, key=lambda row: (order.index(row.answer.outcome), row.numbers[0]))


@in_chinese
def answer_sheet(*, notice: NoticePage, now: datetime) -> bytes:
    """Return the sheet as PDF/A. Raises PrintingUnavailable and PrintingFaultError."""
    rows = sheet_rows(notice)
    total = Opinion.objects.filter(notice=notice).count()
    context = {
        "page": notice,
        "record": notice.record,
        "rows": rows,
        "total": total,
        "waiting": total - sum(len(row.numbers) for row in rows),
        "today": timezone.localdate(now),
        "address": look_up_address(),
        "demo": notice.record.demo,
    }
    return render_pdf(
        "opinions/answer_sheet_pdf.html",
        context,
        title=_("公众意见答复"),
        created=now,
        missing_glyphs="spell",
    )
