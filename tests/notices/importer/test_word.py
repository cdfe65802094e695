"""Word files: text, tables and links in reading order; what is dangerous or closed is refused with what to do."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from notices.importer.parser import parse_page
from notices.importer.reader import UnreadableFileError, read_bytes
from notices.importer.word import MAX_PARTS, MAX_XML


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def word(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return stream.getvalue()


def add_link(paragraph: Any, text: str, url: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = text
    run.append(words)
    link.append(run)
    paragraph._p.append(link)


def test_paragraphs_and_tables_come_in_reading_order() -> None:
    document = Document()
    document.add_paragraph("环境影响评价公众参与第二次公示")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(
        table.rows, [("建设单位", "青石县长河建材有限公司"), ("建设地点", "青石县东湾镇")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("现征求公众意见。")
    assert read_bytes(saved(document)).split("\n") == [
        "环境影响评价公众参与第二次公示",
        "建设单位",
        "青石县长河建材有限公司",
        "建设地点",
        "青石县东湾镇",
        "现征求公众意见。",
    ]


def test_a_merged_cell_is_read_once_and_a_table_in_a_table_too() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "项目概况"
    table.cell(1, 0).text = "建设性质"
    table.cell(1, 1).add_table(rows=1, cols=1).cell(0, 0).text = "新建"
    text = read_bytes(saved(document))
    assert text.count("项目概况") == 1
    assert text.index("建设性质") < text.index("新建")


def test_a_cell_that_claims_to_be_a_million_columns_wide_is_read_once() -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "项目概况"
    cell._tc.grid_span = 100_000_000
    assert read_bytes(saved(document)).count("项目概况") == 1


def test_the_address_of_a_link_is_kept_beside_its_words_and_not_said_twice() -> None:
    document = Document()
    add_link(document.add_paragraph("征求意见稿："), "点击下载", "https://www.example.cn/draft.pdf")
    add_link(document.add_paragraph(), "https://www.example.cn/form.docx", "https://www.example.cn/form.docx")
    text = read_bytes(saved(document))
    assert "征求意见稿：点击下载 <https://www.example.cn/draft.pdf>" in text
    assert text.count("form.docx") == 1


def test_labels_and_values_in_a_table_are_understood() -> None:
    document = Document()
    document.add_paragraph("长河骨料项目环境影响评价公众参与第二次公示")
    document.add_paragraph("本项目环境影响报告书征求意见稿已经编好，现征求公众意见。")
    table = document.add_table(rows=3, cols=2)
    pairs = [("项目名称", "长河骨料项目"), ("建设单位", "青石县长河建材有限公司"), ("建设性质", "扩建")]
    for row, (label, value) in zip(table.rows, pairs, strict=True):
        row.cells[0].text, row.cells[1].text = label, value
    [notice] = parse_page(read_bytes(saved(document)))
    assert notice.project_name == "长河骨料项目"
    assert notice.proponent == "青石县长河建材有限公司"


def test_a_file_with_macros_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="宏"):
        read_bytes(with_part(word("公示"), "word/vbaProject.bin", b"code"))


def test_an_old_word_file_or_one_with_a_password_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="密码"):
        read_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    package = bytearray(word("公示"))
    directory = package.rindex(b"PK\x01\x02")
    package[directory + 8] |= 1
    with pytest.raises(UnreadableFileError, match="密码"):
        read_bytes(bytes(package))


def test_a_package_that_unpacks_too_large_is_refused_unread() -> None:
    bomb = with_part(word("公示"), "word/more.xml", b"0" * (MAX_XML + 1))
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableFileError, match="过大"):
        read_bytes(bomb)


def test_a_package_of_too_many_parts_is_refused() -> None:
    stream = io.BytesIO(word("公示"))
    with zipfile.ZipFile(stream, "a") as package:
        for number in range(MAX_PARTS):
            package.writestr(f"word/media/{number}.bin", b"")
    with pytest.raises(UnreadableFileError, match="过大"):
        read_bytes(stream.getvalue())


def test_entities_are_not_expanded() -> None:
    bomb = (
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;'
        b"</w:t></w:r></w:p></w:body></w:document>"
    )
    source = zipfile.ZipFile(io.BytesIO(word("公示")))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for part in source.infolist():
            package.writestr(part, bomb if part.filename == "word/document.xml" else source.read(part))
    assert "aaaa" not in read_bytes(stream.getvalue())


@pytest.mark.parametrize("keep", [40, 0.5, 0.9])
def test_a_broken_package_is_refused_with_a_way_out(keep: float) -> None:
    data = word("公示")
    with pytest.raises(UnreadableFileError, match="粘贴"):
        read_bytes(data[: int(keep if keep > 1 else len(data) * keep)])


def test_a_package_that_is_no_word_file_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("notes.txt", "公示")
    with pytest.raises(UnreadableFileError, match="粘贴"):
        read_bytes(stream.getvalue())
