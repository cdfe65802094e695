"""Word files are read in parts: cut where they say so, phrases whole, nothing of the text lost, bounded like a PDF."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from search.extraction import Limits, extract_pages, inspect_document
from tests.word import PAGE_BREAK, PICTURE, SECTION_END, WORD_BROKE_HERE, make_docx, paragraph


def read(folder: Path, body: str, **others: str) -> list[str]:
    path = folder / "file.docx"
    path.write_bytes(make_docx(body, **others))
    extraction = extract_pages(path)
    assert (extraction.error, extraction.page_count) == (None, len(extraction.pages))
    assert [page.number for page in extraction.pages] == list(range(1, extraction.page_count + 1))
    return [page.text for page in extraction.pages]


@pytest.mark.parametrize("mark", [PAGE_BREAK, SECTION_END, PAGE_BREAK + paragraph("", WORD_BROKE_HERE)])
def test_a_page_or_section_that_ends_ends_a_part_and_an_empty_one_is_none(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, paragraph("第一章") + mark + paragraph("第二章")) == ["第一章", "第二章"]


def test_where_word_last_broke_a_page_a_paragraph_or_a_row_stays_whole(tmp_path: Path) -> None:
    split = paragraph("渗滤", after=f"{WORD_BROKE_HERE}<w:r><w:t>液收集池</w:t></w:r>")
    row = f"<w:tr><w:tc>{paragraph('因子', WORD_BROKE_HERE)}</w:tc><w:tc>{paragraph('浓度')}</w:tc></w:tr>"
    first, second, third = read(tmp_path, split + paragraph("乙") + f"<w:tbl>{row}</w:tbl>" + paragraph("丙"))
    assert (first, second, third) == ("渗滤液收集池", "乙\n因子\t浓度", "丙")


def test_tables_lists_notes_headers_and_footers_are_read_once(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('里层')}</w:tc></w:tr></w:tbl>"
    table = f"<w:tbl><w:tr><w:tc>{paragraph('外层')}{inner}</w:tc></w:tr></w:tbl>"
    item = paragraph("列表项", '<w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr>')
    noted = paragraph("见注", after='<w:r><w:footnoteReference w:id="2"/></w:r>')
    box = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{paragraph('文本框')}</mc:Choice>"
        f"<mc:Fallback>{paragraph('文本框')}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    moved = f"<w:moveFrom>{paragraph('移走的')}</w:moveFrom>"
    first, last = read(
        tmp_path,
        noted + table + item + moved + PAGE_BREAK + box,
        footnotes=f'<w:footnote w:id="2">{paragraph("脚注的话")}</w:footnote>',
        header1=paragraph("清水沟项目"),
        header2=paragraph("清水沟项目"),
        footer1=paragraph("12"),
        footer2=paragraph("绿衡环境"),
    )
    assert first.split("\n") == ["清水沟项目", "见注", "外层 里层", "列表项", "脚注的话"]
    assert last.split("\n") == ["文本框", "绿衡环境"]


def test_without_marks_parts_are_about_as_long_as_a_page_and_end_with_a_paragraph(tmp_path: Path) -> None:
    lines = [f"第{number}段。" + "渗滤液" * 60 for number in range(100)]
    parts = read(tmp_path, "".join(map(paragraph, lines)))
    assert "\n".join(parts).split("\n") == lines
    assert all(1000 < len(part) < 2000 for part in parts[:-1])
    endless = read(tmp_path, paragraph("无标点" * 3000))
    assert "".join(endless) == "无标点" * 3000
    assert max(map(len, endless)) <= 3000


def test_a_part_of_pictures_only_cannot_be_searched(tmp_path: Path) -> None:
    path = tmp_path / "file.docx"
    path.write_bytes(make_docx(paragraph("说明") + PAGE_BREAK + PICTURE + PAGE_BREAK + paragraph("附图")))
    found = inspect_document(path)
    assert (found.reasons, found.pages_without_text) == ((), (2,))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(pages=2), "页数过多"),
        (Limits(characters=30), "文字过多"),
        (Limits(wall_seconds=0.05), "超时"),
        (Limits(file_bytes=10), "过大"),
    ],
)
def test_limits_are_those_of_a_pdf(tmp_path: Path, limits: Limits, words: str) -> None:
    path = tmp_path / "file.docx"
    path.write_bytes(make_docx(PAGE_BREAK.join(paragraph("渗滤液收集池" * 3) for _ in range(5))))
    extraction = extract_pages(path, limits=limits)
    assert words in str(extraction.error)
    assert inspect_document(path, limits=limits).reasons == (extraction.error,)
    assert len(extraction.pages) < 5


def test_a_bomb_a_document_type_and_damage_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "file.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (65 * 1024 * 1024))
    assert "庞大" in str(extract_pages(path).error)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "渗滤液">]><a>&b;</a>')
    assert "损坏" in str(extract_pages(path).error)
    path.write_bytes(make_docx("<w:p>"))
    assert "损坏" in str(extract_pages(path).error)
    assert inspect_document(path).reasons == (extract_pages(path).error,)
