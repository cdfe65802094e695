"""What is public, as every search counts it, kept in the process until any of it is written.

Who composes the portal registers a mark that moves with such writes (``register``); without one, inside a transaction, whose
writes no mark shows yet, and when the mark cannot be read, everything is read anew. What is shown of a page is still asked of the
database each time.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Sum

from notices.models import Attachment
from notices.models.attachments import DOCX_TYPE
from notices.selectors import NoticeRow
from search.models import AttachmentText, Word, public_files, public_pages
from search.narrowing import NoticeFacts, facts_of_all

# Seconds. How old it may get when a mark was lost, as with kept pages.
FRESH: Final = 60
MOST_ROWS: Final = 500
MOST_WORDS: Final = 50_000


class PublicFile(NamedTuple):
    """A file that anybody may read, of a notice."""

    notice: int
    title: str
    is_word: bool


class Unread(NamedTuple):
    """What cannot be searched: pages without text or not reached, and files that were not read to their end.

    ``parts`` says how many of the pages are parts of Word files.
    """

    pages: int
    parts: int
    files: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Public files by primary key; facts and unread pages of public notices by the primary key of their page.

    ``pages`` counts those whose words are counted. ``rows`` fills with the notices shown, by language and page, ``words``
    with the number of pages of each word asked for, 0 where it stands nowhere.
    """

    mark: str
    today: date
    until: float
    files: dict[int, PublicFile]
    notices: dict[int, NoticeFacts]
    unread: dict[int, Unread]
    pages: int
    rows: dict[tuple[str, int], NoticeRow] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)

    def facts_of(self, notices: Iterable[int]) -> dict[int, NoticeFacts]:
        """Return the facts of the public ones among these notices, in their order."""
        return {pk: facts for pk in notices if (facts := self.notices.get(pk))}

    def unread_in(self, notices: Iterable[int]) -> Unread:
        """Return what of these notices' files nobody can search."""
        found = self.unread
        if not found:
            return Unread(0, 0, 0)
        parts = [found[pk] for pk in notices if pk in found]
        return Unread(*(sum(each[at] for each in parts) for at in range(3)))

    def pages_of(self, words: Collection[str]) -> dict[str, int]:
        """Return on how many pages these words stand, without those of none; a query for words not asked for yet."""
        known = {word: pages for word in words if (pages := self.words.get(word)) is not None}
        if new := [word for word in words if word not in known]:
            counted = dict(Word.objects.filter(text__in=new, pages__gt=0).values_list("text", "pages"))
            known |= {word: counted.get(word, 0) for word in new}
            if len(self.words) > MOST_WORDS:
                self.words.clear()
            self.words.update(known)
        return {word: pages for word, pages in known.items() if pages}

    def keep(self, language: str, rows: dict[int, NoticeRow]) -> None:
        """Keep what is shown of notices, which is the same all day."""
        if len(self.rows) > MOST_ROWS:
            self.rows.clear()
        self.rows.update({(language, pk): row for pk, row in rows.items()})


_marks: list[Callable[[], str]] = []
_kept: Standing | None = None


def register(mark: Callable[[], str]) -> None:
    """Name the function that returns the mark of what is public now, empty when it cannot tell."""
    _marks[:] = [mark]


def standing(today: date) -> Standing:
    """Return what is public on a day."""
    global _kept
    # Before it is read: what is committed meanwhile makes it old, whether it got into it or not.
    mark = "" if connection.in_atomic_block or not _marks else _marks[0]()
    kept = _kept
    if mark and kept and (kept.mark, kept.today) == (mark, today) and time.monotonic() < kept.until:
        return kept
    fresh = _read(mark, today)
    if mark:
        _kept = fresh
    return fresh


def _read(mark: str, today: date) -> Standing:
    files = Attachment.objects.filter(public_files()).order_by()
    counted = AttachmentText.objects.filter(words_counted=True)
    return Standing(
        mark,
        today,
        time.monotonic() + FRESH,
        {
            pk: PublicFile(notice, title, content_type == DOCX_TYPE)
            for pk, notice, title, content_type in files.values_list(
                "pk", "notice_id", "title", "content_type"
            ).iterator(2000)
        },
        facts_of_all(today=today),
        _unread(),
        counted.aggregate(pages=Sum("page_count"))["pages"] or 0,
    )


def _unread() -> dict[int, Unread]:
    unfinished = AttachmentText.objects.filter(public_pages()).exclude(pages_without_text=0, error="")
    rows = unfinished.order_by().values_list(
        "attachment__notice_id", "attachment__content_type", "pages_without_text", "error"
    )
    found: dict[int, Unread] = defaultdict(lambda: Unread(0, 0, 0))
    for notice, content_type, pages, error in rows:
        parts = pages if content_type == DOCX_TYPE else 0
        had = found[notice]
        found[notice] = Unread(had.pages + pages, had.parts + parts, had.files + bool(error))
    return dict(found)
