"""Suggestions while somebody types: names, companies, places and codes of public notices, words of their reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from wagtail.search.backends import get_search_backend

from notices.models import NoticePage, NoticeRecord
from search.analysis import highlight, normalise
from search.analysis.characters import HAN
from search.backends.errors import SearchUnavailableError
from search.language import one_line
from search.models import Word

MAX_SUGGESTIONS: Final = 8
# Several notices of one company give one suggestion.
MAX_NOTICES: Final = 24
MAX_TYPED: Final = 40
MAX_WORDS: Final = 3
# A word of one page may be anything.
FEWEST_PAGES: Final = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for; ``label`` says what it is."""

    text: str
    label: str


def suggest(typed: str) -> list[Suggestion]:
    """Return what public notices hold that goes on as typed, best first."""
    typed = one_line(typed)[:MAX_TYPED]
    if not typed:
        return []
    live = NoticePage.objects.filter(live=True)
    try:
        found = [page.pk for page in get_search_backend().autocomplete(typed, live)[:MAX_NOTICES]]
    except SearchUnavailableError:
        found = []  # the words of reports stand in the database
    records = NoticeRecord.objects.public().filter(page_id__in=found, page__live=True).select_related("page")
    by_page = {record.page_id: record for record in records}
    suggestions: dict[str, Suggestion] = {}
    for pk in found:
        for text, label in _texts(by_page[pk]) if pk in by_page else ():
            if text and text != typed and text not in suggestions and highlight(text, typed, limit=1):
                suggestions[text] = Suggestion(text, label)
    words = [word for word in _words(typed) if word != typed and word not in suggestions]
    named = list(suggestions.values())[: MAX_SUGGESTIONS - len(words)]
    return [*named, *(Suggestion(word, _("报告书中的词")) for word in words)]


def _words(typed: str) -> list[str]:
    """Return the most frequent words of public reports that begin as typed."""
    plain = normalise(typed)
    if not plain or not all(map(HAN.fullmatch, plain)):
        return []
    words = Word.objects.filter(text__startswith=plain, pages__gte=FEWEST_PAGES).exclude(text=plain)
    return list(words.order_by("-files", "-pages", "text").values_list("text", flat=True)[:MAX_WORDS])


def _texts(record: NoticeRecord) -> tuple[tuple[str, str], ...]:
    page = record.page
    return (
        (page.project_name, _("项目")),
        (page.proponent_name, _("建设单位")),
        (page.location, _("建设地点")),
        (page.project_code, _("项目代码")),
        (record.code, _("公示码")),
    )
