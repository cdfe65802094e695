"""The kind of a file by its content; its name proves nothing."""

import zipfile
from enum import Enum
from pathlib import Path


class FileKind(Enum):
    """Kinds of file that are told apart."""

    PDF = "pdf"
    DOCX = "docx"
    OTHER = "other"


def kind_of(path: Path) -> FileKind:
    """Return the kind of the file at ``path``; raise OSError when it cannot be read."""
    with path.open("rb") as file:
        # Readers accept a PDF header anywhere in the first kilobyte, and scanners do put bytes before it.
        head = file.read(1024)
    if b"%PDF-" in head:
        return FileKind.PDF
    if head.startswith(b"PK\x03\x04") and _is_word(path):
        return FileKind.DOCX
    return FileKind.OTHER


def _is_word(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
