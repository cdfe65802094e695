"""Pages as a reader of English meets them: a catalogue that translates everything, and what Chinese is left on a page."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import BytesIO
from unittest.mock import patch

from django.utils.translation import trans_real

from notices.templatetags import row_tags

HAN = re.compile(r"[\u3400-\u9fff]")
CONTEXT = "\x04"
TRANSLATED = "◊"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# What a reader sees or hears of an element's attributes. What stands in a field is the reader's own.
SPOKEN = ("alt", "title", "aria-label", "placeholder", "label")


def _pseudo(text: str) -> str:
    return HAN.sub(TRANSLATED, text.rpartition(CONTEXT)[2])


@contextmanager
def everything_translated() -> Iterator[None]:
    """Have the English catalogue turn every Chinese character of every message into a lozenge."""
    catalogue = trans_real.translation("en")

    def plural(one: str, many: str, number: float) -> str:
        return _pseudo(one if number == 1 else many)

    row_tags._rendered.cache_clear()
    with (
        patch.object(catalogue, "gettext", _pseudo),
        patch.object(catalogue, "ngettext", plural),
    ):
        yield
    row_tags._rendered.cache_clear()


def word_text(document: bytes) -> str:
    """Return the text of a Word file."""
    with zipfile.ZipFile(BytesIO(document)) as parts:
        return re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())


class ChineseLeft(HTMLParser):
    """Collects the Chinese of a page outside the elements that say that they are Chinese, titles of browser tabs left out."""

    def __init__(self, html: str, *, names: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.names = names
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is spoken of the element, and whether it is Chinese within."""
        given = dict(attrs)
        own = given.get("lang")
        outside = self._open[-1][1] if self._open else False
        chinese = (own or "").startswith("zh") if own else outside
        if not chinese:
            for name in SPOKEN:
                self._look(given.get(name) or "", f"{tag}[{name}]")
        if tag not in VOID:
            self._open.append((tag, chinese))

    def handle_endtag(self, tag: str) -> None:
        """Leave the element, and those in it that need no end."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Look at a text."""
        tag, chinese = self._open[-1] if self._open else ("", False)
        if not chinese and tag not in ("title", "script", "style"):
            self._look(data, tag)

    def _look(self, text: str, where: str) -> None:
        for name in self.names:
            text = text.replace(name, "")
        if HAN.search(text):
            self.found.append(f"{where}: {' '.join(text.split())[:60]}")
