"""All hits of a search, however many: counted by file in the engine, and brought to public notices by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from modelsearch.query import SearchQuery
from wagtail.search.backends import get_search_backend

from notices.models import Attachment, NoticePage
from notices.models.attachments import DOCX_TYPE
from search.models import PageText, public_files

# More are not asked for by their keys: all are read, and the others passed over.
MOST_KEYS: Final = 500


@dataclass(frozen=True, slots=True)
class FileHits:
    """A public file with how many of its pages, or of its parts where it is a Word file, were found."""

    attachment_id: int
    title: str
    is_word: bool
    count: int


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
        return sum(file.count for file in self.files.get(notice, ()))

    def parts(self, notice: int) -> int:
        """Return how many of these pages are parts of Word files."""
        return sum(file.count for file in self.files.get(notice, ()) if file.is_word)

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


def find(query: SearchQuery | None, *, code: str = "") -> Found:
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
    counts = {group.value: group.hits for group in results.groups("attachment_id")}
    files = _files(counts)
    return Found(tuple(dict.fromkeys([*notices, *files])), files, results)


def _files(counts: dict[int, int]) -> dict[int, list[FileHits]]:
    """Return the public files among these by their notice, both in the given order."""
    public = among(Attachment.objects.filter(public_files()), "pk", counts).order_by()
    rows = {row[0]: row for row in public.values_list("pk", "notice_id", "title", "content_type")}
    found: dict[int, list[FileHits]] = defaultdict(list)
    for pk, count in counts.items():
        if pk in rows:
            _pk, notice, title, content_type = rows[pk]
            found[notice].append(FileHits(pk, title, content_type == DOCX_TYPE, count))
    return found


def among(queryset: Any, name: str, keys: Collection[int]) -> Any:
    """Limit a queryset to the rows with these keys, when they are few; with many the caller passes over the others."""
    return queryset.filter(**{f"{name}__in": list(keys)}) if len(keys) <= MOST_KEYS else queryset
