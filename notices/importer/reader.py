"""Reading files that people bring: text in UTF-8, else GB18030, never a guess; Word files as .docx."""

from __future__ import annotations

from pathlib import Path

from notices.importer.errors import UnreadableFileError
from notices.importer.word import read_word

__all__ = ["MAX_BYTES", "UnreadableFileError", "read_bytes", "read_text"]

MAX_BYTES = 5_000_000  # a newspaper page is some 40 kB
_BINARY_CONTROLS = frozenset(range(0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A}
_MAX_CONTROL_SHARE = 0.02
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # an old .doc, and also a .docx with a password


def read_text(path: str | Path) -> str:
    """Return the text of a file.

    Raises UnreadableFileError when the file is missing, too large, or nothing that ``read_bytes`` reads.
    """
    file = Path(path)
    try:
        check_size(file.stat().st_size)
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"打不开文件（{error.strerror or error}）。") from error
    return read_bytes(data)


def check_size(size: int) -> None:
    """Raise UnreadableFileError for a file that is larger than any notice."""
    if size > MAX_BYTES:
        raise UnreadableFileError(f"文件有 {size} 字节，超过 {MAX_BYTES} 字节，请拆开后再导入。")


def read_bytes(data: bytes) -> str:
    """Return the text of a .docx, or of plain text in UTF-8 (with or without mark) or GB18030.

    Raises UnreadableFileError for anything else.
    """
    if data.startswith(_ZIP):
        return read_word(data)
    if data.startswith(_OLE):
        raise UnreadableFileError(
            "是旧版 Word 文件（.doc）或者加了密码，请取消密码，另存为 .docx 或 TXT，也可以复制文字粘贴。"
        )
    if _is_binary(data):
        raise UnreadableFileError(
            "不是纯文本，也不是 Word 文件，请先另存为 TXT 或 .docx，也可以复制文字粘贴。"
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("文字编码不是 UTF-8，也不是 GB18030，请另存为 UTF-8 后再导入。")


def _is_binary(data: bytes) -> bool:
    head = data[:65536]
    if b"\0" in head or head.startswith((b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"{\\rtf")):
        return True
    controls = sum(byte in _BINARY_CONTROLS for byte in head)
    return controls > len(head) * _MAX_CONTROL_SHARE
