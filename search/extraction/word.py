"""What a Word file could do besides being read: told from its parts, without opening it in anything."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_UNPACKED = 500 * 1024 * 1024
MAX_PART = 64 * 1024 * 1024
MAX_PARTS = 10_000
_RELATIONS_LIMIT = 4 * 1024 * 1024
# What a document may refer to outside itself; a template or an object from elsewhere is loaded on opening.
_OUTSIDE: Final = ("/hyperlink",)

ENCRYPTED = "文件设有密码，无法读取。请取消密码后上传。"
DAMAGED = "文件已损坏或不是完整的 Word 文件，请重新保存后上传。"
BOMB = "文件解压后异常庞大，不能接收。请重新保存后上传。"
MACRO = "文件中有宏，不能接收。请另存为不带宏的 DOCX 后上传。"
EMBEDDED = "文件中嵌入了其他文件或控件，不能接收。请删去嵌入对象，各文件分别上传。"
OUTSIDE = "文件引用了外部模板或外部对象，不能接收。请断开链接后重新保存。"


def reason_against_docx(path: Path) -> str | None:
    """Return why a DOCX is not taken, in Chinese with what to do, or None. Never raises for what the file is."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _reason(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, ParseError, DefusedXmlException):
        return DAMAGED


def _reason(archive: zipfile.ZipFile) -> str | None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        return ENCRYPTED
    # zipfile stops unpacking at the size that a part declares, so these sums bound what anybody unpacks.
    sizes = [part.file_size for part in parts]
    if len(parts) > MAX_PARTS or sum(sizes) > MAX_UNPACKED or max(sizes, default=0) > MAX_PART:
        return BOMB
    names = [part.filename.lower() for part in parts]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        return MACRO
    if any(part in name for name in names for part in ("/embeddings/", "/activex/", "/afchunk")):
        return EMBEDDED
    relations = [part for part in parts if part.filename.lower().endswith(".rels")]
    return OUTSIDE if any(_reaches_outside(archive, part) for part in relations) else None


def _reaches_outside(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if part.file_size > _RELATIONS_LIMIT:
        return True
    return any(
        relation.get("TargetMode") == "External" and not str(relation.get("Type")).endswith(_OUTSIDE)
        for relation in fromstring(archive.read(part))
    )
