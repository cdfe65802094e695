"""The authority's review checklist (审查表, Art. 25) as a Word file: each point, what the record holds, room for a conclusion."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.archive.review_evidence import Found, found_for, rounds_of
from notices.models import NoticeRecord
from notices.printing.word import HEI, Cell, Row, Text, WordFile
from notices.record_language import in_chinese
from notices.statutory.review import BASIS, REVIEW, TITLE, ReviewPoint

_WIDTHS = (46.0, 34.0, 72.0, 28.0)  # millimetres: question, provision, record, conclusion
_SIZE, _SMALL = 9.5, 8.5
_MARGINS = (16.0, 15.0, 16.0, 15.0)
_UNCHECKED = "※"


@in_chinese
def review_sheet(record: NoticeRecord, *, now: datetime) -> bytes:
    """Return the checklist of the project of a notice as DOCX; conclusions are left to the authority."""
    rounds = rounds_of(record)
    title = f"{TITLE} {record.code}"
    file = WordFile(title=title, author=settings.WAGTAIL_SITE_NAME, created=now, margins=_MARGINS)
    file.text(Text(TITLE, HEI, 16, "center"), space_after=4)
    for line in _head(record, now):
        file.text(Text(line, size=_SIZE))
    file.text(
        Text(_("依据：%(basis)s。平台只列登记的事实，不作结论。") % {"basis": BASIS}, size=_SIZE),
        space_after=4,
    )
    titles = (_("审查内容"), _("依据"), _("平台记录"), _("审查结论"))
    rows = [Row([_cell(words, bold=True) for words in titles], 8, head=True, whole=True)]
    for group in REVIEW:
        heading = Cell([Text(group.heading, HEI, _SIZE)], span=len(_WIDTHS))
        rows += [Row([heading], 8, whole=True, joined=True)]
        rows += [_row(point, found_for(point.key, rounds)) for point in group.points]
    file.table(_WIDTHS, rows)
    file.text(Text("", size=4))
    file.table((sum(_WIDTHS),), [Row([Cell(_verdict(), at="top")], 34, whole=True)])
    if any(not point.checked for group in REVIEW for point in group.points):
        words = _("%(mark)s 条文没有对照原件核对，使用前请核对。") % {"mark": _UNCHECKED}
        file.text(Text(words, size=_SMALL))
    return file.content()


def _head(record: NoticeRecord, now: datetime) -> list[str]:
    page = record.page
    authority = page.project.approval_authority if page.project else None
    lines = [
        _("项目名称：%(name)s") % {"name": page.project_name},
        _("建设单位：%(name)s") % {"name": page.proponent_name},
        _("编制单位：%(name)s") % {"name": page.consultant_name or _("未填写")},
        _("审批机关：%(name)s") % {"name": authority.name if authority else _("未登记")},
        _("公示码：%(code)s　记录截至 %(at)s")
        % {"code": record.code, "at": f"{timezone.localtime(now):%Y-%m-%d %H:%M}"},
    ]
    return [_("演示：企业、项目和意见均为虚构"), *lines] if record.demo else lines


def _row(point: ReviewPoint, found: list[Found]) -> Row:
    article = point.article if point.checked else f"{point.article}{_UNCHECKED}"
    evidence = [Text(thing.words, size=_SMALL, url=thing.url) for thing in found]
    return Row(
        [_cell(point.question), _cell(article), Cell(evidence), Cell([Text("", size=_SIZE)])], 12, whole=True
    )


def _cell(words: str, *, bold: bool = False) -> Cell:
    return Cell([Text(words, HEI, _SIZE, "center") if bold else Text(words, size=_SIZE)])


def _verdict() -> list[Text]:
    return [
        Text(_("审查意见："), size=_SIZE),
        Text("", size=30),
        Text(_("审查人：　　　　　　　　复核人：　　　　　　　　日期：　　　　年　　月　　日"), size=_SIZE),
    ]
