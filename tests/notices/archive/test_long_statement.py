"""A statement that is printed in parts reads as one document: page numbers, links, bookmarks, structure; the same bytes again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from notices.archive.statement import printed
from notices.archive.statement.blocks import Block, Heading, Para, Table, heading
from notices.archive.statement.printed import parts_of, print_statement
from notices.printing import PrintedFile
from tests.notices.printing.pdfa import faults

AT = datetime(2026, 4, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
COUNT = 12
Read = Callable[[bytes], str]


def number(place: int) -> str:
    return f"123456-{place:04d}-7"


def blocks() -> list[Block]:
    """Return a statement of every level of headings, with two long tables."""
    head = ("回执编号", "方式", "意见", "处理结果", "理由或者报告书中的位置", "反馈")
    lines = [
        (number(place), "网上", f"第{place}条意见。" + "井水发黄。" * 20, "未采纳", "达标。", "已反馈")
        for place in range(COUNT)
    ]
    forms = [(number(place), "2026年3月3日", sha256(b"%d" % place).hexdigest()) for place in range(COUNT)]
    return [
        heading("1"),
        Para("概述。"),
        heading("2"),
        heading("2.2"),
        heading("2.2.1"),
        Para("无。"),
        heading("5"),
        heading("5.3"),
        Table(head, lines, (0.18, 0.08, 0.36, 0.09, 0.17, 0.12)),
        heading("6"),
        Para("计划公开。"),
        heading("9"),
        Table(("回执编号", "收到日期", "第一页指纹（SHA-256）"), forms, (0.24, 0.2, 0.56)),
    ]


def made() -> PrintedFile:
    record: Any = SimpleNamespace(
        project=SimpleNamespace(name="清水沟矿区生态修复项目"),
        proponent_name="清水沟公司",
        consultant_name="柳坪咨询公司",
        demo=True,
    )
    return print_statement(record, blocks(), created=AT)


@pytest.fixture
def _short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "CHARACTERS", 1_500)


def titles(items: Sequence[Any], level: int = 1) -> list[tuple[int, str, Any]]:
    return [
        row
        for item in items
        for row in [(level, item.title, item.destination[0].objgen), *titles(item.children, level + 1)]
    ]


@pytest.mark.usefixtures("_short_parts")
def test_in_parts_it_reads_as_one_document(printed_text: Read) -> None:
    assert len(parts_of(blocks())) == 3
    file = made()
    assert faults(file.content, "A") == []
    text = printed_text(file.content)
    assert all(text.count(number(place)) == 2 for place in range(COUNT))
    with pikepdf.open(BytesIO(file.content)) as pdf:
        pages = {page.obj.objgen: place for place, page in enumerate(pdf.pages, start=1)}
        assert len(pages) == file.pages
        names: Any = pdf.Root.Names.Dests.Names
        places = {str(names[at]): pages[names[at + 1][0].objgen] for at in range(0, len(names), 2)}
        headings = [block for block in blocks() if isinstance(block, Heading)]
        with pdf.open_outline() as outline:
            shown = [(level, words, pages[page]) for level, words, page in titles(outline.root)]
        assert shown == [
            (row.level, f"{row.number} {row.words}", places[f"part-{row.number}"]) for row in headings
        ]
        assert places["part-1"] == 3
        assert places["part-9"] > places["part-5.3"]
        links = [str(link.Dest) for link in pdf.pages[1].obj.Annots]
        assert sorted(set(links)) == sorted(f"part-{row.number}" for row in headings if row.level < 3)
    for row in (row for row in headings if row.level < 3):
        page = places[f"part-{row.number}"]
        assert re.search(rf"{re.escape(row.number + row.words)}\.+{page}", text), row
    assert [f"第{place}页" in text for place in range(1, file.pages + 1)] == [
        False,
        *[True] * (file.pages - 1),
    ]
    assert f"第2页，共{file.pages}页" in text


@pytest.mark.usefixtures("_short_parts")
def test_the_structure_of_all_parts_hangs_together_and_the_bytes_are_the_same_again() -> None:
    file = made()
    assert made().content == file.content
    with pikepdf.open(BytesIO(file.content)) as pdf:
        numbers: Any = pdf.Root.StructTreeRoot.ParentTree.Nums
        keys = [int(numbers[at]) for at in range(0, len(numbers), 2)]
        assert keys == sorted(set(keys))
        elements = dict(zip(keys, [numbers[at] for at in range(1, len(numbers), 2)], strict=True))
        for page in pdf.pages:
            marked: Any = elements[int(page.obj.StructParents)]
            assert {element.Pg.objgen for element in marked} == {page.obj.objgen}
        root = pdf.Root.StructTreeRoot.K[0]
        for element in (found for found in pdf.objects if isinstance(found, pikepdf.Dictionary)):
            if element.get("/Type") == "/StructElem" and element.objgen != root.objgen:
                above: Any = element
                while above.get("/Type") == "/StructElem":
                    above = above.P
                assert above.objgen == pdf.Root.StructTreeRoot.objgen
        heads = [
            str(found.ID) for found in pdf.objects if isinstance(found, pikepdf.Dictionary) and "/ID" in found
        ]
        assert len(heads) == len(set(heads))


def test_a_short_one_is_one_part_and_a_cut_keeps_every_row_and_no_heading_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = blocks()
    assert parts_of(whole) == [whole]
    monkeypatch.setattr(printed, "CHARACTERS", 1)
    parts = parts_of(whole)
    assert not any(isinstance(part[-1], Heading) for part in parts)
    rows = [row for part in parts for block in part if isinstance(block, Table) for row in block.rows]
    assert rows == [row for block in whole if isinstance(block, Table) for row in block.rows]
    assert len(parts) == 2 * COUNT - 1
