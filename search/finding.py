"""All hits of a search, however many: counted by file in the engine, and brought to public notices by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from modelsearch.query import SearchQuery
from wagtail.search.backends import get_search_backend

from notices.models import Attachment, NoticePage
from search.models import PageText, public_files
from search.standing import Standing


class FileHits(NamedTuple):
    """A public file with how many of its pages, or of its parts where it is a Word file, were found."""

    attachment_id: int
    title: str
    is_word: bool
    hits: int


@dataclass(frozen=True, slots=True)
class Found:
    """Notices in the order of their better hit, some of them perhaps not public, and the files found of public ones.

    ``results`` are the engine's page hits.
    """

    order: tuple[int, ...] = ()
    files: dict[int, list[FileHits]] = field(default_factory=dict)
    results: Any = None

    def pages(self, notice: int) -> int:
        """Return how many pages of a notice's files were found."""
        return sum(file.hits for file in self.files.get(notice, ()))

    def parts(self, notice: int) -> int:
        """Return how many of these pages are parts of Word files."""
        return sum(file.hits for file in self.files.get(notice, ()) if file.is_word)

    def best_pages(self, notices: Sequence[int], each: int) -> dict[int, list[int]]:
        """Return the primary keys of the ``each`` best pages of these notices, best first; one look into the engine."""
        notice_of = {file.attachment_id: pk for pk in notices for file in self.files.get(pk, ())}
        best: dict[int, list[int]] = defaultdict(list)
        if notice_of:
            for page, attachment in self.results.best_of_groups("attachment_id", list(notice_of), each):
                pages = best[notice_of[attachment]]
                if len(pages) < each:
                    pages.append(page)
        return best


def find(query: SearchQuery | None, public: Standing, *, code: str = "") -> Found:
    """Ask the index, in all public notices or in the reports of one; may raise SearchUnavailableError."""
    if query is None:
        return Found()
    backend = get_search_backend()
    pages, notices = PageText.objects.only("pk"), []
    if code:
        attachments = Attachment.objects.filter(public_files(), notice__record__code=code)
        pages = pages.filter(attachment_id__in=list(attachments.values_list("pk", flat=True)))
    else:
        notices = [group.value for group in backend.search(query, NoticePage.objects.all()).groups("pk")]
    results = backend.search(query, pages)
    files: dict[int, list[FileHits]] = defaultdict(list)
    for attachment, hits, _score in results.groups("attachment_id"):
        if file := public.files.get(attachment):
            files[file.notice].append(FileHits(attachment, file.title, file.is_word, hits))
    return Found(tuple(dict.fromkeys([*notices, *files])), files, results)
