"""A small table of the admin as a file, made at once: figures and names of projects, nothing about people."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.exports.models import ExportFormat
from notices.exports.renderers import HANDED_OUT, RENDERERS, Heading, Table

# The formats of the files, with their types: a CSV comes alone, for its figures are few and its name says what they are.
FORMATS: Final = {
    ExportFormat.XLSX.value: HANDED_OUT[ExportFormat.XLSX].content_type,
    ExportFormat.CSV.value: "text/csv; charset=utf-8",
}


def table_response(
    title: str,
    columns: Iterable[tuple[str, int]],
    rows: Iterable[tuple[str, ...]],
    *,
    extension: str,
    said: Iterable[tuple[str, str]],
    user: Any,
    now: datetime,
) -> FileResponse:
    """Return the table as a download in one of ``FORMATS``; ``columns`` are words with their width in characters, ``said`` goes on the cover."""
    made = (_("制表时间"), f"{timezone.localtime(now):%Y-%m-%d %H:%M}")
    person = (_("制表人"), user.get_full_name() or user.get_username())
    written = Table(
        title=title,
        headings=[Heading(str(index), words, width=width) for index, (words, width) in enumerate(columns)],
        rows=rows,
        cover=[(_("表名"), title), *said, made, person],
        created=timezone.localtime(now),
        sheet=title,
    )
    handle = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    RENDERERS[extension](handle, written)
    handle.seek(0)
    response = FileResponse(
        handle,
        as_attachment=True,
        filename=f"{title}-{timezone.localdate(now):%Y%m%d}.{extension}",
        content_type=FORMATS[extension],
    )
    response["Cache-Control"] = "no-store"
    return response
