"""Every format: nothing runs as a formula, nothing is lost, every program opens it."""

from __future__ import annotations

import csv
import html
import io
import json
from datetime import datetime
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pikepdf
import pytest
from docx import Document
from openpyxl.utils.escape import unescape
from pypdfium2 import PdfDocument

from notices.exports.renderers import RENDERERS, Heading, Table, legible
from notices.exports.renderers.delimited import neutralised, write_csv
from notices.exports.renderers.workbook import CELL_LIMIT, write_xlsx

ZONE = ZoneInfo("Asia/Shanghai")
BOM = b"\xef\xbb\xbf"
DANGEROUS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
HEADINGS = [
    Heading("sequence", "序号", 6, 10),
    Heading("number", "回执编号", 18, 30),
    Heading("text", "意见原文", 60, 100),
]
NUMBER = "123456-0001-1"


def table_of(*rows: list[str], **fields: str) -> Table:
    cover = [("用途", "复议案卷")]
    at = datetime(2026, 3, 5, 9, 0, tzinfo=ZONE)
    return Table(title="公众意见汇总表", headings=HEADINGS, rows=rows, cover=cover, created=at, **fields)


def written_csv(*rows: list[str]) -> bytes:
    handle = io.BytesIO()
    assert write_csv(handle, table_of(*rows)) == len(rows)
    return handle.getvalue()


def written_xlsx(*rows: list[str]) -> openpyxl.Workbook:
    handle = io.BytesIO()
    assert write_xlsx(handle, table_of(*rows)) == len(rows)
    return openpyxl.load_workbook(io.BytesIO(handle.getvalue()))


class TestCsv:
    @pytest.mark.parametrize("start", DANGEROUS, ids=ascii)
    def test_a_cell_that_could_run_gets_an_apostrophe(self, start: str) -> None:
        cell = f"{start}1+1"
        assert neutralised(cell) == f"'{cell}"
        table = list(
            csv.reader(io.StringIO(written_csv(["1", NUMBER, cell]).decode("utf-8-sig"), newline=""))
        )
        assert table[1][2] == f"'{cell}"

    @pytest.mark.parametrize(
        "cell", ["", "请加密监测井。", "井深1+1米", "a=b", "13:00-15:00", "（＋）", "'引号"]
    )
    def test_any_other_cell_stays_as_it_is(self, cell: str) -> None:
        assert neutralised(cell) == cell

    def test_the_file_begins_with_one_byte_order_mark(self) -> None:
        data = written_csv(["1", NUMBER, "请加密监测井。"])
        assert data.startswith(BOM)
        assert data.count(BOM) == 1
        assert data.removeprefix(BOM).decode().splitlines()[0] == "序号,回执编号,意见原文"

    @pytest.mark.parametrize(
        "cell",
        [
            "",
            " ",
            "一,二",
            '说"好"',
            "第一行\n第二行",
            "\r",
            "'",
            ",",
            "末尾,",
            "全角，",
            "a\tb",
            "\ud800",
            "\x00",
        ],
        ids=ascii,
    )
    def test_a_line_is_what_the_csv_module_writes_of_it(self, cell: str) -> None:
        row = [legible(neutralised(part)) for part in (cell, NUMBER, cell)]
        told = io.StringIO(newline="")
        csv.writer(told).writerow(row)
        assert written_csv([cell, NUMBER, cell]).decode("utf-8-sig").partition("\r\n")[2] == told.getvalue()

    @pytest.mark.parametrize("place", [0, 2])
    def test_a_formula_is_found_in_any_column(self, place: int) -> None:
        row = ["1", NUMBER, "水"]
        row[place] = "=1+1"
        assert "'=1+1" in written_csv(row).decode()

    def test_without_rows_the_headings_stand_alone(self) -> None:
        assert written_csv().removeprefix(BOM).decode() == "序号,回执编号,意见原文\r\n"

    def test_a_long_opinion_is_whole(self) -> None:
        text = "井水" * 20_000
        table = list(csv.reader(io.StringIO(written_csv(["1", NUMBER, text]).decode("utf-8-sig"))))
        assert table[1][2] == text


class TestXlsx:
    @pytest.mark.parametrize("start", DANGEROUS, ids=ascii)
    def test_a_formula_is_text(self, start: str) -> None:
        cell = written_xlsx(["1", NUMBER, f"{start}1+1"])["意见记录"].cell(2, 3)
        assert cell.data_type == "s"
        assert cell.value.endswith("1+1")

    def test_a_text_that_fits_needs_no_further_sheet(self) -> None:
        book = written_xlsx(["1", NUMBER, "水" * CELL_LIMIT])
        assert book.sheetnames == ["封面", "意见记录"]
        assert book["意见记录"].cell(2, 3).value == "水" * CELL_LIMIT

    @pytest.mark.parametrize("length", [CELL_LIMIT + 1, 40_000, 100_000])
    def test_a_longer_text_is_continued_and_never_cut(self, length: int) -> None:
        text = "".join(chr(0x4E00 + index % 20_000) for index in range(length))
        book = written_xlsx(["1", "123456-0009-1", "短"], ["2", NUMBER, text])
        first = book["意见记录"].cell(3, 3).value
        assert first.endswith("（续见“续文”表）")
        assert len(first) <= CELL_LIMIT
        heading, *rest = book["续文"].iter_rows(values_only=True)
        assert heading == ("回执编号", "栏目", "接上文")
        assert {row[:2] for row in rest} == {(NUMBER, "意见原文")}
        assert first.removesuffix("（续见“续文”表）") + "".join(row[2] for row in rest) == text


def made(export_format: str, *rows: list[str], **fields: str) -> bytes:
    handle = io.BytesIO()
    assert RENDERERS[export_format](handle, table_of(*rows, **fields)) == len(rows)
    return handle.getvalue()


AWKWARD = ["1", NUMBER, "响铃\x07退格\x08，<b>&amp; 😀 㟃犇𬒔 _x0041_\n第二行"]
MARKS = {"mark": "官某 2026-03-05 09:00 导出，用途：复议案卷", "stamp": "未完成"}


class TestEveryFormat:
    """The same awkward table in each of them; what a program cannot show is spelled, never dropped."""

    def test_csv(self) -> None:
        assert "响铃〔U+0007〕退格〔U+0008〕，<b>&amp; 😀 㟃犇𬒔" in made("csv", AWKWARD).decode("utf-8-sig")

    def test_xlsx(self) -> None:
        book = openpyxl.load_workbook(io.BytesIO(made("xlsx", AWKWARD, **MARKS)))
        sheet = book["意见记录"]
        shown = unescape(sheet.cell(2, 3).value)
        assert shown == AWKWARD[2].replace("\x07", "〔U+0007〕").replace("\x08", "〔U+0008〕")
        assert "官某" in sheet.oddHeader.left.text
        assert "未完成" in sheet.oddHeader.left.text

    def test_jsonl(self) -> None:
        cover, record = [json.loads(line) for line in made("jsonl", AWKWARD).splitlines()]
        assert cover["facts"] == {"用途": "复议案卷"}
        assert record == {"type": "record", "sequence": "1", "number": NUMBER, "text": AWKWARD[2]}

    def test_docx(self) -> None:
        document = Document(io.BytesIO(made("docx", AWKWARD, ["2", NUMBER, "长" * 40_000], **MARKS)))
        cover, records = document.tables
        assert [cell.text for cell in cover.rows[0].cells] == ["用途", "复议案卷"]
        heading, first, second = records.rows
        assert [cell.text for cell in heading.cells] == ["序号", "回执编号", "意见原文"]
        assert first.cells[2].text.startswith("响铃〔U+0007〕退格〔U+0008〕，<b>&amp; 😀 㟃犇𬒔")
        assert first.cells[2].text.endswith("\n第二行")
        assert second.cells[2].text == "长" * 40_000
        section = document.sections[0]
        assert (section.page_width or 0) > (section.page_height or 0)
        assert "官某" in section.header.paragraphs[0].text
        assert "未完成" in document.paragraphs[1].text

    def test_pdf_in_chunks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("notices.exports.renderers.printed.ROWS", 2)
        long = "井水" * 2_500
        content = made("pdf", AWKWARD, ["2", NUMBER, long], ["3", NUMBER, "末条"], **MARKS)
        with pikepdf.open(io.BytesIO(content)) as whole:
            assert whole.open_metadata().pdfa_status == "3U"
        with PdfDocument(content) as read:
            texts = [page.get_textpage().get_text_range() for page in read]
        assert all("官某" in text and "未完成" in text for text in texts)
        assert [f"第 {number} 页" in text for number, text in enumerate(texts, 1)] == [True] * len(texts)
        joined = "".join(texts)
        assert (joined.count("井"), joined.count("水")) == (2_500, 2_500)
        assert "U+0007" in joined
        assert "末条" in texts[-1]

    @pytest.mark.parametrize("export_format", list(RENDERERS))
    def test_without_rows_the_file_opens_all_the_same(self, export_format: str) -> None:
        content = made(export_format)
        if export_format == "docx":
            assert len(Document(io.BytesIO(content)).tables[1].rows) == 1
        elif export_format == "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(content))["意见记录"].max_row == 1
        elif export_format == "pdf":
            with PdfDocument(content) as read:
                assert len(read) == 1
        else:
            assert content.decode("utf-8-sig").count("\n") == 1

    def test_an_emoji_counts_as_two_in_a_cell_of_a_workbook(self) -> None:
        text = "😀" * 20_000
        book = openpyxl.load_workbook(io.BytesIO(made("xlsx", ["1", NUMBER, text])))
        first = book["意见记录"].cell(2, 3).value
        assert len(first.encode("utf-16-le")) <= 2 * CELL_LIMIT
        rest = "".join(row[2] for row in book["续文"].iter_rows(min_row=2, values_only=True))
        assert first.removesuffix("（续见“续文”表）") + rest == text

    @pytest.mark.parametrize("purpose", ["甲&乙", "&" * 300, "甲" + "&" * 300, "😀" * 200])
    def test_the_header_of_a_workbook_is_cut_and_never_lost(self, purpose: str) -> None:
        with ZipFile(io.BytesIO(made("xlsx", AWKWARD, mark=purpose))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        header = html.unescape(sheet.split("<oddHeader>")[1].split("</oddHeader>")[0])
        printed = header.removeprefix("&L").replace("&&", "＆")
        assert "&" not in printed
        assert purpose.startswith(printed.replace("＆", "&"))
        assert len(printed) >= 3
        assert len(header.encode("utf-16-le")) <= 2 * 255
