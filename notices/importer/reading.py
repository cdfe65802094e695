"""The reading form of a text: what the patterns look at, with the way back to the original.

Scraped pages mix traditional and simplified characters, full- and half-width signs, pinyin after converted characters
(環(huán)境), tags and entities. In the reading form all this is gone; every value is cut from the original text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.analysis.characters import AFTER

_WIDTHS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09, 0x0B, 0x0C), " ")
_OTHERS = {
    ord("﹣"): "-",
    ord("〜"): "~",
    ord("∶"): ":",
    ord("︰"): ":",
    ord("﹕"): ":",
    ord("\r"): "\n",
    0x2028: "\n",
}
_TABLE = {**AFTER, **_WIDTHS, **_SPACES, **_OTHERS, 0xFF0D: "-", 0xFF5E: "~"}

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ"
_TAGS = "span|p|div|strong|b|font|td|tr|table|tbody|a|img|u|em|i|h[1-6]|li|ul|ol|o:p|section|center|sup|sub"
_DEBRIS = re.compile(
    rf"(?P<pinyin>(?<=[㐀-鿿])[(\uff08][a-zɡ]{{0,3}}[{_TONED}][a-zɡ{_TONED}]{{0,4}}[)\uff09])"
    r"|(?P<spaced>(?<![㐀-鿿])[㐀-鿿](?:[ \u3000\xa0]{1,6}[㐀-鿿]){1,5}(?=[ \u3000\xa0]{0,3}[::|\t]))"
    r"|(?P<cell>(?<=\S)\t+(?=\S))"
    r"|(?P<line>(?:[?!?！。 ]{0,6}[?!]|<)br\s*/?>)"
    rf"|(?P<tag></?(?:{_TAGS})(?:\s[^<>\n]{{0,300}})?/?>)"
    # Runs of one sign say no more than a few of them, and would make every search longer.
    r"|(?P<surplus>(?<=[ \t\u3000\xa0]{12})[ \t\u3000\xa0]+|(?<=[\r\n]{6})[\r\n]+|(?<=\*{24})\*+)"
    r"|(?P<space>&(?:nbsp|ensp|emsp);)"
    r"|(?P<nothing>[\u200b-\u200f\u2060\ufeff\u00ad])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a reading form, ``end`` not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading form; ``starts`` and ``ends`` say where each of its characters lies in ``source``."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, span: Span) -> str:
        """Return what the source says at a span; empty for an empty one."""
        if span.end <= span.start:
            return ""
        return self.source[self.starts[span.start] : self.ends[span.end - 1]]

    def part(self, span: Span) -> str:
        """Return the reading form of a span."""
        return self.text[span.start : span.end]


def read(source: str) -> Reading:
    """Return the reading form of a text."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(start: int, end: int) -> None:
        pieces.append(source[start:end].translate(_TABLE))
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))

    at = 0
    for match in _DEBRIS.finditer(source):
        keep(at, match.start())
        at = match.end()
        if match["spaced"]:
            # Labels are spread to one width (联 系 人); their letters alone are read.
            for position in range(match.start(), at):
                if not source[position].isspace():
                    keep(position, position + 1)
        elif match["pinyin"] and ends:
            ends[-1] = at
        elif match["line"] or match["space"] or match["cell"]:
            pieces.append("\n" if match["line"] else " " if match["space"] else "|")
            starts.append(match.start())
            ends.append(at)
    keep(at, len(source))
    return Reading(source, "".join(pieces), tuple(starts), tuple(ends))


_LEADING = " \n\t:;,、。|"
_TRAILING = " \n\t:;,、。|!?"
_PAIRS = {"(": ")", "《": "》", "“": "”", "[": "]", "「": "」", "【": "】"}


def trimmed(reading: Reading, span: Span) -> Span:
    """Return a span without the white space and punctuation around it, and without a bracket that lost its partner."""
    text, start, end = reading.text, span.start, span.end
    changed = True
    while changed and start < end:
        changed = False
        while start < end and text[start] in _LEADING:
            start += 1
        while start < end and text[end - 1] in _TRAILING:
            end -= 1
        part = text[start:end]
        for opening, closing in _PAIRS.items():
            if (
                part.startswith(opening)
                and part.endswith(closing)
                and part.count(opening) == 1
                and len(part) > 1
            ):
                start, end, changed = start + 1, end - 1, True
                break
            if part.endswith(opening) or (
                part.endswith(closing) and part.count(closing) > part.count(opening)
            ):
                end, changed = end - 1, True
                break
            if part.startswith(closing):
                start, changed = start + 1, True
                break
    return Span(start, end)
