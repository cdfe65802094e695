"""JSON Lines for programs: the cover, then one object a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO

from notices.exports.renderers.table import Table


def write_jsonl(handle: IO[bytes], table: Table) -> int:
    """Write UTF-8 lines, ``type`` is "cover" or "record"; return the number of records."""
    names = [heading.name for heading in table.headings]
    cover = {
        "type": "cover",
        "title": table.title,
        "facts": dict(table.cover),
        "columns": {heading.name: heading.words for heading in table.headings},
    }
    handle.write(_line(cover))
    count = 0
    for row in table.rows:
        handle.write(_line({"type": "record", **dict(zip(names, row, strict=True))}))
        count += 1
    return count


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
