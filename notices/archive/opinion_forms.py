"""The official 公众意见表 with the name of a project and the number of its notice, as PDF and as Word file."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from notices.archive.addresses import opinion_address
from notices.archive.refusals import refuse, why_no_form
from notices.archive.wording import common_context, printed_at, wording_of
from notices.models import NoticeRecord, NoticeStage
from notices.printing import PrintedFile, print_pdf, qr_data_uri, qr_png
from notices.printing.word import HEI, Cell, Row, Text, WordFile
from notices.record_language import in_chinese
from notices.statutory.facts import NoticeKind
from notices.statutory.official_form import OPINION_FORM, FormField, FormSection

_LABEL_MM, _VALUE_MM = 48.0, 112.0
_QR_MM = 18.0
_SIZE, _HINT = 11.0, 9.0


def has_blank_form(record: NoticeRecord) -> bool:
    """Whether the notice gives out the opinion form: public, of a round that takes opinions, not of the past."""
    return (
        record.stage == NoticeStage.PUBLISHED
        and not record.historical
        and record.page.specific.kind != NoticeKind.PRE_APPROVAL
    )


@in_chinese
def blank_form(record: NoticeRecord) -> PrintedFile:
    """Return the form as PDF/A-3a on two pages.

    Raises DocumentRefusedError, PrintingUnavailable, UnprintableTextError, PrintingFaultError.
    """
    refuse(why_no_form(record))
    address = opinion_address(record.code)
    page = wording_of(record)
    context = {
        **common_context(record),
        "page": page,
        "form": OPINION_FORM,
        "qr": qr_data_uri(address),
        "opinion_address": address.removeprefix("https://"),
    }
    title = f"{OPINION_FORM.title}：{page.project_name}"
    return print_pdf("archive/blank_form_pdf.html", context, title=title, created=printed_at(record))


@in_chinese
def blank_form_docx(record: NoticeRecord) -> bytes:
    """Return the form as a Word file: page one for the opinion, page two for who gives it. Raises DocumentRefusedError."""
    refuse(why_no_form(record))
    page = wording_of(record)
    file = WordFile(
        title=f"{OPINION_FORM.title}：{page.project_name}",
        author=settings.WAGTAIL_SITE_NAME,
        created=printed_at(record),
        margins=(18, 25, 32, 25),
    )
    file.foot(qr_png(opinion_address(record.code)), _QR_MM, _foot_lines(record), width=_LABEL_MM + _VALUE_MM)
    file.text(Text(OPINION_FORM.title, HEI, 18, "center"), space_after=8)
    date_line = OPINION_FORM.date_label + _("　　　　年　　　月　　　日")
    file.text(Text(date_line, size=_SIZE, align="right"), space_after=4)
    widths = (_LABEL_MM, _VALUE_MM)
    file.table(widths, _page_one(page.project_name))
    file.new_page()
    file.table(widths, _page_two())
    return file.content()


def _foot_lines(record: NoticeRecord) -> list[Text]:
    address = opinion_address(record.code).removeprefix("https://")
    demo = _(" · 演示") if record.demo else ""
    return [
        Text(_("也可以扫码在网上填写：%(address)s") % {"address": address}, size=8),
        Text(_("公示码 %(code)s") % {"code": record.code} + demo, size=8),
        Text(_("表式：%(source)s") % {"source": OPINION_FORM.source}, size=8),
    ]


def _heading(words: str) -> Row:
    return Row([Cell([Text(words, HEI, 12)], span=2)], 9)


def _page_one(project_name: str) -> list[Row]:
    section = OPINION_FORM.page_one
    return [
        Row(
            [
                Cell([Text(OPINION_FORM.project_label, size=_SIZE, align="center")]),
                Cell([Text(project_name, size=_SIZE)]),
            ],
            12,
        ),
        _heading(section.heading),
        *(
            Row([Cell(_label(line)), Cell([Text(section.note, size=_HINT)], at="bottom")], 178)
            for line in section.fields
        ),
    ]


def _page_two() -> list[Row]:
    return [
        _heading(OPINION_FORM.page_two_heading),
        *(row for section in OPINION_FORM.page_two for row in _section(section)),
    ]


def _section(section: FormSection) -> list[Row]:
    rows = [_heading(section.heading), *(_line(line) for line in section.fields)]
    if section.note:
        rows.append(Row([Cell([Text(section.note, size=_HINT)], span=2, at="top")], 24))
    return rows


def _line(line: FormField) -> Row:
    if line.key == "address":  # the official form prints the pattern of an address where it is to be written
        return Row(
            [
                Cell([Text(line.label, size=_SIZE, align="center")]),
                Cell([Text(line.note, size=_HINT)], at="bottom"),
            ],
            18,
        )
    return Row([Cell(_label(line)), Cell([Text("")])], 14)


def _label(line: FormField) -> list[Text]:
    note = [Text(line.note, size=_HINT, align="center")] if line.note else []
    return [Text(line.label, size=_SIZE, align="center"), *note]
