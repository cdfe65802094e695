"""What became of reading the files of a notice, said to who uploaded them; a higher layer reads them and knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from notices.models.attachments import Attachment

# From primary keys of attachments to the reason, in Chinese, why one was not read to its end.
Reasons = Callable[[Sequence[int]], Mapping[int, str]]
_reasons: list[Reasons] = []


def register(reasons: Reasons) -> None:
    """Let a higher layer say which files it could not read; for ``ready()``."""
    if reasons not in _reasons:
        _reasons.append(reasons)


def with_reading_notes(attachments: Iterable[Attachment]) -> list[Attachment]:
    """Return the attachments, each with its ``reading_note``, empty when all of it was read or is still to be read."""
    found = list(attachments)
    notes: dict[int, str] = {}
    for reasons in _reasons:
        notes.update(reasons([row.pk for row in found]))
    for row in found:
        row.reading_note = notes.get(row.pk, "")  # type: ignore[attr-defined]
    return found
