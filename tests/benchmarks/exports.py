"""What exports cost: CSV from the database, XLSX against openpyxl, and the memory of a process that writes them.

``BENCH_RECORDS`` (100000) is the number of records.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import openpyxl

from notices.exports.models import ExportFormat, Profile
from notices.exports.renderers import RENDERERS, Heading, Table
from notices.exports.renderers.covered import write_csv_and_cover
from notices.exports.rows import FIELDS, Column, columns_for, limited_to, rows_of
from notices.models import NoticePage
from notices.opinions.models import Answer, Commenter, Opinion, Topic, TopicMark
from portal.figures import Figure
from tests.factories import an_operator, make_notice
from tests.notices.opinions.helpers import send

NEEDS_INSTALLATION = True
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TEXT = "担心清水沟的井水受影响，请加密监测井，公布每月的监测结果。" * 10
LIMIT_MB = 150
# What a worker does, without this module and its imports. Writing 5 resets the peak (proc(5), clear_refs).
CHILD = """
import re, sys, tempfile
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from notices.exports.models import Profile
from notices.exports.renderers import RENDERERS, Heading, Table
from notices.exports.rows import columns_for, limited_to, rows_of
from notices.opinions.models import Opinion

def megabytes(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

columns = columns_for(Profile.BUREAU)
opinions = limited_to(Profile.BUREAU, Opinion.objects.all(), now=datetime.now(UTC))
next(rows_of(opinions, columns))
Path("/proc/self/clear_refs").write_text("5")
before = megabytes("VmRSS")
headings = [Heading(column.name, str(column.heading), column.width, column.paper) for column in columns]
table = Table(title="x", headings=headings, rows=rows_of(opinions, columns), cover=(), created=datetime.now(UTC))
with tempfile.TemporaryFile() as handle:
    RENDERERS[sys.argv[1]](handle, table)
peak = megabytes("VmHWM")
print(before, peak, peak - megabytes("RssFile"))
"""
CSV_ROWS = 50_000  # a second


def run() -> Iterator[Figure]:
    """Yield rows a second, CPU against openpyxl, and peak memory.

    Of the memory of a process, its own is what counts against the limit: pages of libraries are shared by all processes
    of an installation. An idle worker has most of it, for Django and Wagtail.
    """
    count = int(os.environ.get("BENCH_RECORDS", "100000"))
    size = f"{count} records of {len(TEXT)} characters"
    page = make_notice(now=AT)
    _grow(page, count)
    columns = columns_for(Profile.BUREAU)
    rows = partial(_rows, columns)
    spent = _cpu(ExportFormat.CSV, _table(columns, rows()))
    yield Figure(
        "CSV from the database", count / spent, "rows/s", "50,000 rows/s", count / spent / CSV_ROWS, size
    )
    spent = _seconds(write_csv_and_cover, _table(columns, rows()))
    yield Figure("CSV with its cover, as handed out", count / spent, "rows/s", size=size)
    began = time.process_time()
    read = sum(1 for _row in _plain_rows())
    spent = time.process_time() - began
    yield Figure("reading the same columns, the floor of it", read / spent, "rows/s", size=size)
    ours = _cpu(ExportFormat.XLSX, _table(columns, rows()))
    began = time.process_time()
    _openpyxl(rows())
    theirs = time.process_time() - began
    yield Figure("XLSX from the database", ours, "s CPU", "openpyxl write-only", ours / theirs, size)
    kept = list(_first(rows(), 2000))
    for export_format in (ExportFormat.CSV, ExportFormat.JSONL, ExportFormat.XLSX, ExportFormat.DOCX):
        spent = _cpu(export_format, _table(columns, _again(kept, count)))
        yield Figure(f"{export_format} alone", count / spent, "rows/s", size=size)
    began = time.process_time()
    _openpyxl(_again(kept, count))
    yield Figure("openpyxl alone", count / (time.process_time() - began), "rows/s", size=size)
    for export_format in (ExportFormat.CSV, ExportFormat.JSONL, ExportFormat.XLSX, ExportFormat.DOCX):
        added, whole, own = _memory(export_format)
        limit = f"{LIMIT_MB} MB"
        yield Figure(f"{export_format}: memory added by the export", added, "MB", size=size)
        yield Figure(f"{export_format}: peak of the process, its own", own, "MB", limit, own / LIMIT_MB, size)
        yield Figure(f"{export_format}: peak with shared libraries", whole, "MB", size=size)


def _grow(page: NoticePage, count: int) -> None:
    """Add opinions with answer, writer and topic as rows: through the services it would take an hour."""
    first = send(page, TEXT, now=AT).opinion
    answer = Answer.objects.create(
        notice=page, outcome="adopted", reason="已补充监测井。", made_by=an_operator(), made_at=AT
    )
    entry = first.ledger_entry
    for start in range(2, count + 1, 5000):
        numbers = range(start, min(start + 5000, count + 1))
        entries = type(entry).objects.bulk_create([_entry(entry, number) for number in numbers])
        opinions = Opinion.objects.bulk_create(
            _copy(
                first,
                pk=None,
                sequence=number,
                number=f"{page.pk}-{number:06d}",
                ledger_entry=made,
                form_key_hash=f"{number:064d}",
            )
            for number, made in zip(numbers, entries, strict=True)
        )
        Commenter.objects.bulk_create(Commenter(opinion=opinion) for opinion in opinions)
        TopicMark.objects.bulk_create(
            TopicMark(opinion=opinion, topic=Topic.WATER, marked_at=AT) for opinion in opinions
        )
    Opinion.objects.update(answer=answer)


def _copy(row: Any, **changed: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    made = type(row)(**values)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def _entry(entry: Any, number: int) -> Any:
    position = 1_000_000 + number
    return _copy(entry, pk=None, position=position, hash=f"{position:064d}", previous=f"{position - 1:064d}")


def _rows(columns: tuple[Column, ...]) -> Iterator[list[str]]:
    return rows_of(limited_to(Profile.BUREAU, Opinion.objects.all(), now=AT), columns)


def _plain_rows() -> Iterator[tuple[Any, ...]]:
    """Yield the columns of the opinions as Django reads them, without anything that hangs on them."""
    opinions = limited_to(Profile.BUREAU, Opinion.objects.all(), now=AT)
    yield from opinions.values_list(*FIELDS).iterator(chunk_size=1000)


def _first(rows: Iterator[list[str]], count: int) -> Iterator[list[str]]:
    for _number, row in zip(range(count), rows, strict=False):
        yield row


def _again(kept: list[list[str]], count: int) -> Iterator[list[str]]:
    for number in range(count):
        row = list(kept[number % len(kept)])
        row[13 if len(row) > 13 else -1] += str(number)  # no text twice, as among people
        yield row


def _table(columns: tuple[Column, ...], rows: Iterator[list[str]]) -> Table:
    headings = [Heading(column.name, str(column.heading), column.width, column.paper) for column in columns]
    return Table(title="公众意见汇总表", headings=headings, rows=rows, cover=(), created=AT)


def _cpu(export_format: str, table: Table) -> float:
    return _seconds(RENDERERS[export_format], table)


def _seconds(write: Callable[[IO[bytes], Table], int], table: Table) -> float:
    with tempfile.TemporaryFile() as handle:
        began = time.process_time()
        write(handle, table)
        return time.process_time() - began


def _openpyxl(rows: Iterator[list[str]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    with tempfile.TemporaryFile() as handle:
        book.save(handle)


def _memory(export_format: str) -> tuple[float, ...]:
    """Return in megabytes what one export adds to a fresh process, its peak, and that without pages of libraries."""
    command = [sys.executable, "-c", CHILD, export_format]
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    before, after, own = map(float, done.stdout.split())
    return after - before, after, own
