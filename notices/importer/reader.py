"""Reading files that people bring: UTF-8, else GB18030, never a guess."""

from __future__ import annotations

from pathlib import Path

MAX_BYTES = 5_000_000  # a newspaper page is some 40 kB
_BINARY_CONTROLS = frozenset(range(0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A}
_MAX_CONTROL_SHARE = 0.02


class UnreadableFileError(ValueError):
    """A file that is no plain text; the message says in Chinese what to do."""


def read_text(path: str | Path) -> str:
    """Return the text of a file in UTF-8 (with or without mark) or GB18030.

    Raises UnreadableFileError when the file is missing, too large, binary, or in neither encoding.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFileError(f"文件有 {size} 字节，超过 {MAX_BYTES} 字节，请拆开后再导入。")
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"打不开文件（{error.strerror or error}）。") from error
    if _is_binary(data):
        raise UnreadableFileError("不是纯文本，请先另存为 TXT 再导入。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("文字编码不是 UTF-8，也不是 GB18030，请另存为 UTF-8 后再导入。")


def _is_binary(data: bytes) -> bool:
    head = data[:65536]
    if b"\0" in head or head.startswith(
        (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xd8\xff", b"\x89PNG", b"{\\rtf")
    ):
        return True
    controls = sum(byte in _BINARY_CONTROLS for byte in head)
    return controls > len(head) * _MAX_CONTROL_SHARE
