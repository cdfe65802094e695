"""CSV and XLSX: nothing runs as a formula, nothing is lost."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from notices.exports.renderers import CELL_LIMIT, neutralised, write_csv, write_xlsx

BOM = b"\xef\xbb\xbf"
DANGEROUS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
HEADINGS = [("序号", 6), ("回执编号", 18), ("意见原文", 60)]
NUMBER = "123456-0001-1"


def written_csv(*rows: list[str]) -> bytes:
    handle = io.BytesIO()
    assert write_csv(handle, [heading for heading, _width in HEADINGS], rows) == len(rows)
    return handle.getvalue()


def written_xlsx(*rows: list[str]) -> openpyxl.Workbook:
    handle = io.BytesIO()
    assert write_xlsx(handle, HEADINGS, rows, [("用途", "复议案卷")]) == len(rows)
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
        assert book.sheetnames == ["意见记录", "封面"]
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
