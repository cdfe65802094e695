"""Everything in which the public meets the text of an opinion, read back and searched for what was struck out.

Whatever publishes opinions registers a provider: the page of this app, later volumes in PDF.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.utils.html import strip_tags

from notices.models import NoticeRecord
from notices.opinions.models import Opinion, Redaction
from notices.opinions.redaction import normalised
from search.extraction import extract_pages

PDF = "application/pdf"


class UnreadableRenderingError(Exception):
    """A rendering could not be read back, so nobody can say that it is clean."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A document as the public gets it: HTML or PDF; ``name`` is for staff."""

    name: str
    content: bytes
    content_type: str = "text/html"


Provider = Callable[[NoticeRecord, list[Opinion]], Iterable[Rendering]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider, once; apps do so in ``ready()``. It is also asked for its documents without any opinion."""
    if provider not in _providers:
        _providers.append(provider)


def _texts_of(rendering: Rendering) -> tuple[str, ...]:
    """Return what a reader, a machine or somebody who looks at the source can find in a rendering, as it is compared."""
    return tuple(map(normalised, _contents_of(rendering)))


def _contents_of(rendering: Rendering) -> tuple[str, ...]:
    if rendering.content_type != PDF:
        source = rendering.content.decode()
        # With and without the tags: a passage may stand in an attribute, or be broken by an element.
        return html.unescape(source), html.unescape(strip_tags(source))
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(rendering.content)
        file.flush()
        found = extract_pages(Path(file.name))
    if found.error is not None:
        raise UnreadableRenderingError(rendering.name)
    return ("".join(page.text for page in found.pages),)


def _read(record: NoticeRecord, opinions: list[Opinion]) -> dict[str, tuple[str, ...]]:
    return {
        rendering.name: _texts_of(rendering)
        for provider in _providers
        for rendering in provider(record, opinions)
    }


def _exposed_in(
    texts: dict[str, tuple[str, ...]], empty: dict[str, tuple[str, ...]], struck: Sequence[str]
) -> str:
    """Return the name of the first rendering that holds more of the passages than it does without any opinion."""
    passages = [normalised(passage) for passage in struck]
    for name, found in texts.items():
        for index, text in enumerate(found):
            # The notice itself may name a village that was struck out of an opinion.
            without = empty[name][index] if name in empty else ""
            if any(text.count(passage) > without.count(passage) for passage in passages):
                return name
    return ""


def struck_passages(opinions: Iterable[Opinion]) -> dict[int, list[str]]:
    """Return what the redaction in force strikes out, by the opinion's primary key; others are left out."""
    latest: dict[int, list[str]] = {}
    for redaction in Redaction.objects.filter(opinion__in=list(opinions)).order_by("pk"):
        latest[redaction.opinion_id] = list(redaction.struck)
    return {key: struck for key, struck in latest.items() if struck}


def exposures(record: NoticeRecord, opinions: list[Opinion]) -> dict[int, str]:
    """Return the opinions of which a public rendering holds struck passages: primary key and name of the rendering.

    All are rendered at once first; only when something is found is each one rendered by itself, to tell which it is.
    Raises UnreadableRenderingError.
    """
    struck = struck_passages(opinions)
    redacted = [opinion for opinion in opinions if opinion.pk in struck]
    if not redacted:
        return {}
    empty = _read(record, [])
    together = _read(record, redacted)
    if not any(_exposed_in(together, empty, passages) for passages in struck.values()):
        return {}
    found = {
        opinion.pk: _exposed_in(_read(record, [opinion]), empty, struck[opinion.pk]) for opinion in redacted
    }
    return {key: name for key, name in found.items() if name}
