"""The archive of a notice as a printed document."""

from __future__ import annotations

from django.utils.translation import gettext as _

from notices.archive.editions import Edition
from notices.archive.wording import common_context
from notices.printing import PrintedFile, print_pdf
from notices.record_language import in_chinese


@in_chinese
def notice_archive(edition: Edition, *, own_fonts: bool = True) -> PrintedFile:
    """Return the PDF/A-3a of a notice as it stood at an edition.

    Raises PrintingUnavailable, UnprintableTextError, PrintingFaultError.
    """
    context = edition.context()
    page = context["page"]
    entry = edition.entry()
    strip = context["strip"]
    context.update(common_context(context["record"]))
    context.update(
        edition=edition,
        entry=entry,
        working_days=max((cell.number or 0 for cell in strip.cells), default=0) if strip else 0,
    )
    title = _("%(title)s（公示存档第%(number)s版）") % {"title": page.title, "number": edition.number}
    return print_pdf("archive/notice_pdf.html", context, title=title, created=edition.at, own_fonts=own_fonts)
