"""What lies in the ZIP of a CSV export."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile


def csv_in(content: bytes) -> str:
    """Return the text of the CSV."""
    return _file_in(content, "意见记录.csv")


def records_in(content: bytes) -> list[dict[str, str]]:
    """Return the rows of the CSV by heading."""
    return list(csv.DictReader(io.StringIO(csv_in(content), newline="")))


def cover_in(content: bytes) -> str:
    """Return the text of the cover."""
    return _file_in(content, "封面.txt")


def _file_in(content: bytes, name: str) -> str:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.read(name).decode("utf-8-sig")
