"""The comment records of a package as tables."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from notices.archive.packages.contents import Asked
from notices.exports.models import ExportFormat
from notices.exports.renderers import write_csv, write_xlsx
from notices.exports.rows import columns_for, rows_for
from notices.exports.services import cover_of


class _Console:
    """Who makes a package where nobody is signed in."""

    def get_full_name(self) -> str:
        """Return what the cover says."""
        return _("平台（服务器命令）")


def write_table(asked: Asked, export_format: ExportFormat, handle: IO[bytes]) -> int:
    """Write the comment records of a notice in a format; return the rows."""
    notice = asked.record.page
    notice.record = asked.record
    columns, rows = columns_for(asked.profile), rows_for(notice, asked.profile)
    if export_format == ExportFormat.CSV:
        return write_csv(handle, [str(column.heading) for column in columns], rows)
    cover = cover_of(
        notice, profile=asked.profile, purpose=asked.purpose, user=asked.user or _Console(), now=asked.now
    )
    return write_xlsx(handle, [(str(column.heading), column.width) for column in columns], rows, cover)
