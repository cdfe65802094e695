"""The opinion form as filled in, both pages: printed on demand for who may read page two, streamed and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from notices.archive.volumes.content import PrintedOpinion, read_opinions
from notices.archive.wording import common_context, wording_of
from notices.models import NoticeRecord
from notices.opinions.models import Opinion
from notices.opinions.page_two import PageTwo
from notices.printing import PrintedFile, print_pdf
from notices.record_language import in_chinese
from notices.statutory.official_form import OPINION_FORM

MOST = 20


@dataclass(frozen=True, slots=True)
class FullForm:
    """One form; ``page_two`` is None where none was left, it was erased, or its writer restricted its use."""

    opinion: PrintedOpinion
    page_two: PageTwo | None


@in_chinese
def full_forms(
    record: NoticeRecord, opinions: list[Opinion], opened: dict[int, PageTwo | None], *, now: datetime
) -> PrintedFile:
    """Return the forms of opinions whose page two was opened by ``notices.opinions.access.read_contacts``, as PDF/A-3u.

    Raises PrintingUnavailable, PrintingFaultError.
    """
    page_two = {opinion.sequence: opened.get(opinion.pk) for opinion in opinions}
    printed = read_opinions(record, sorted(page_two))
    context = {
        **common_context(record),
        "page": wording_of(record),
        "form": OPINION_FORM,
        "forms": [FullForm(opinion, page_two[opinion.sequence]) for opinion in printed],
        "now": now,
    }
    title = _("公众意见表 %(code)s") % {"code": record.code}
    return print_pdf(
        "archive/full_forms_pdf.html",
        context,
        variant="pdf/a-3u",
        title=title,
        created=now,
        missing_glyphs="spell",
    )
