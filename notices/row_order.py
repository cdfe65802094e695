"""The order of a notice's rows of places, ways and points: every row has a number, whoever made it.

The editor's forms number theirs; rows made by a program have none, and PostgreSQL returns rows without one in any order.
"""

from __future__ import annotations

from typing import Any


def number_new_rows(page: Any) -> None:
    """Number the rows that wait to be saved with the page and have no number, behind those that have one, as they stand."""
    # Of modelcluster: what is not in it has not been touched since it was read.
    held: dict[str, Any] = getattr(page, "_cluster_related_objects", {})
    for rows in held.values():
        new = [row for row in rows if getattr(row, "sort_order", 0) is None]
        if not new:
            continue
        numbers = [row.sort_order for row in rows if row.sort_order is not None]
        for number, row in enumerate(new, start=max(numbers, default=-1) + 1):
            row.sort_order = number
