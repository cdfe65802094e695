"""A CSV together with its cover, in a ZIP: the format itself has no place for who took it, for what and what it counts."""

from __future__ import annotations

from hashlib import sha256
from typing import IO
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _

from notices.exports.renderers.delimited import write_csv
from notices.exports.renderers.table import Table, legible


class _Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle, self.digest = handle, sha256()

    def write(self, data: bytes) -> int:
        """Write and hash."""
        self.digest.update(data)
        return self._handle.write(data)


def write_csv_and_cover(handle: IO[bytes], table: Table) -> int:
    """Write the records as CSV and the cover as text, which names the SHA-256 of the CSV; return the number of rows."""
    records, cover = _("意见记录") + ".csv", _("封面") + ".txt"
    with ZipFile(handle, "w") as archive:
        with archive.open(_entry(records, table), "w", force_zip64=True) as member:
            hashed = _Hashed(member)
            count = write_csv(hashed, table)  # type: ignore[arg-type]
        archive.writestr(_entry(cover, table), _cover(table, records, hashed.digest.hexdigest()))
    return count


def _entry(name: str, table: Table) -> ZipInfo:
    # Stored as it is: packing takes longer than reading and writing the records.
    return ZipInfo(name, table.created.timetuple()[:6])


def _cover(table: Table, records: str, digest: str) -> bytes:
    """Return UTF-8 with BOM and the line ends that every Notepad shows."""
    facts = [
        _("%(label)s：%(value)s") % {"label": label, "value": legible(value)} for label, value in table.cover
    ]
    how = _(
        "%(file)s 可以用 Excel 或者 WPS 打开。单元格开头多出的单引号（'）是为防止文字被当作公式，不属于原文。"
    )
    lines = [
        " ".join(part for part in (table.title, table.stamp) if part),
        "",
        *facts,
        "",
        how % {"file": records},
        _("%(file)s 的 SHA-256：") % {"file": records} + digest,
        legible(table.mark),
    ]
    return "\r\n".join(lines).encode("utf-8-sig")
