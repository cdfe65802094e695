"""Files that people bring."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.importer.reader import MAX_BYTES, UnreadableFileError, read_text

TEXT = "环境影响评价第二次公示\n〇二〇二年"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_and_gb18030_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(TEXT.encode(encoding))
    assert read_text(file) == TEXT
    assert read_text(str(file)) == TEXT


def test_an_empty_file_is_an_empty_text(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.touch()
    assert read_text(file) == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7\n1 0 obj", "不是纯文本"),
        (b"PK\x03\x04word/document.xml", "不是完好的 Word 文件"),
        (b"\xd0\xcf\x11\xe0old word", "旧版 Word"),
        ("公示".encode("utf-16"), "编码"),
        (b"a\0b", "不是纯文本"),
        (b"\x81\xff\xff\x80", "编码"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "strange.bin"
    file.write_bytes(data)
    with pytest.raises(UnreadableFileError, match=message):
        read_text(file)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(UnreadableFileError, match="打不开"):
            read_text(path)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(UnreadableFileError, match="超过"):
        read_text(file)
