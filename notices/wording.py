"""Short wordings that several places use."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _


def page_ranges(pages: list[int]) -> str:
    """Return page numbers in few words: [12, 13, 14, 40] gives 第12至14、40页."""
    return _("第%(pages)s页") % {"pages": _ranges(pages)}


def part_ranges(parts: list[int]) -> str:
    """Return the numbers of parts of a Word file in the same way: 第12至14、40部分."""
    return _("第%(parts)s部分") % {"parts": _ranges(parts)}


def _ranges(numbers: list[int]) -> str:
    return "、".join(
        f"{first}" if first == last else f"{first}至{last}" for first, last in _runs(sorted(numbers))
    )


def _runs(pages: list[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for page in pages:
        if first is None or last is None:
            first = page
        elif page != last + 1:
            yield first, last
            first = page
        last = page
    if first is not None and last is not None:
        yield first, last
