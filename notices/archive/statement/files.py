"""A statement as Word file; the same record gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.archive.statement.blocks import Block, Heading, Missing, Para, Pictures, Table
from notices.archive.statement.record import StatementRecord
from notices.printing.reports import ReportFile
from notices.printing.word import HEI, SONG, Text
from notices.record_language import in_chinese

MISSING = "缺证据："


@in_chinese
def statement_title(record: StatementRecord) -> str:
    """Return the title, without its brackets."""
    return _("%(project)s环境影响评价公众参与说明") % {"project": record.project.name}


def cover_date(created: datetime) -> str:
    """Return the month of the statement."""
    day = timezone.localtime(created)
    return _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}


def missing_words(block: Missing) -> str:
    """Return how a part without evidence reads."""
    return f"{MISSING}{block.what}"


@in_chinese
def word_statement(record: StatementRecord, blocks: Sequence[Block], *, created: datetime) -> bytes:
    """Return the Word file, to be edited in Word or WPS."""
    title = statement_title(record)
    file = ReportFile(title=title, author=record.proponent_name, created=created)
    file.head(title)
    file.cover(_cover(record, created))
    headings = [block for block in blocks if isinstance(block, Heading)]
    file.contents(_("目　录"), [(f"{row.number} {row.words}", row.level) for row in headings])
    write: dict[type[Any], Callable[[Any], None]] = {
        Heading: lambda block: file.heading(
            f"{block.number} {block.words}", block.level, new_page=block.number == "1"
        ),
        Para: lambda block: _paragraphs(file, block),
        Missing: lambda block: file.paragraph(missing_words(block), bold=True),
        Table: lambda block: file.grid(block.head, block.rows, block.widths),
        Pictures: lambda block: file.pictures(
            [(picture.content, picture.caption) for picture in block.items], columns=block.columns
        ),
    }
    for block in blocks:
        write[type(block)](block)
    return file.content()


def _cover(record: StatementRecord, created: datetime) -> list[tuple[Text, float]]:
    demo = [(Text(_("演示"), HEI, 14, "center"), 20.0)] if record.demo else []
    return [
        *demo,
        (Text(record.project.name, HEI, 22, "center"), 110.0),
        (Text(_("环境影响评价公众参与说明"), HEI, 26, "center"), 18.0),
        (Text(_("建设单位：%(name)s") % {"name": record.proponent_name}, SONG, 15, "center"), 230.0),
        (Text(_("环评编制单位：%(name)s") % {"name": record.consultant_name}, SONG, 15, "center"), 10.0),
        (Text(cover_date(created), SONG, 15, "center"), 16.0),
    ]


def _paragraphs(file: ReportFile, block: Para) -> None:
    for line in block.words.splitlines():
        if line.strip():
            file.paragraph(line.strip() if block.indent else line, indent=block.indent)
