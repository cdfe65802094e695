"""What a Word file says, in parts. Runs in the child process only.

A DOCX has no pages: each program lays it out anew. It is cut where it says itself that a page or a section ends, and where
Word last broke a page, but never inside a paragraph or a table row, so that a phrase stays whole. A stretch without
any such mark is cut at the end of a paragraph, into parts about as long as a page. The file is streamed, no tree is built, and document
types are refused (ECMA-376 part 1, 17.3 Paragraphs and runs, 17.4 Tables, 17.11 Footnotes).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, NamedTuple
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.sax import make_parser

PART_CHARACTERS: Final = 1500
# A page that a mark ends may be longer than usual; beyond this, no page is.
LONGEST_PART: Final = 3000
_READ: Final = 64 * 1024
_DOCUMENT: Final = "word/document.xml"
_HEADERS: Final = re.compile(r"word/header\d*\.xml")
_FOOTERS: Final = re.compile(r"word/footer\d*\.xml")
_NOTES: Final = {"footnoteReference": "word/footnotes.xml", "endnoteReference": "word/endnotes.xml"}
# The second wording of what newer programs show, text that was moved away, and what describes a paragraph but its marks.
_SKIPPED: Final = frozenset({"Fallback", "moveFrom", "rPr", "tblPr", "trPr", "tcPr", "numPr", "tabs"})
_SIGNS: Final = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES: Final = frozenset({"drawing", "pict", "object"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OFF: Final = frozenset({"0", "false", "off"})


class Part(NamedTuple):
    """One part; ``has_text`` is false where there are only pictures."""

    text: str
    has_text: bool


def parts_of(path: Path) -> Iterator[Part]:
    """Yield the parts of a Word file in their order; headers stand in the first, footers in the last.

    Raises what zipfile and the XML readers raise for a damaged one.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        notes = {kind: _read_notes(archive, name) for kind, name in _NOTES.items() if name in names}
        body = _Reader(notes)
        body.lines.extend(_running_lines(archive, [name for name in names if _HEADERS.fullmatch(name)]))
        with archive.open(_DOCUMENT) as stream:
            for _piece in _feed(body, stream):
                yield from body.take()
        body.lines.extend(_running_lines(archive, [name for name in names if _FOOTERS.fullmatch(name)]))
        body.end_stretch()
        yield from body.take()


def _feed(handler: ContentHandler, stream: IO[bytes]) -> Iterator[None]:
    parser: Any = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    while piece := stream.read(_READ):
        parser.feed(piece)
        yield
    parser.close()


def _running_lines(archive: zipfile.ZipFile, names: list[str]) -> list[str]:
    """Return the lines of headers or footers, each once; a page number alone is none."""
    lines: dict[str, None] = {}
    for name in sorted(names):
        reader = _Reader({})
        with archive.open(name) as stream:
            for _piece in _feed(reader, stream):
                pass
        lines.update(dict.fromkeys(line for line in reader.lines if re.search(r"[^\W\d]", line)))
    return list(lines)


def _read_notes(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    reader = _NotesReader({})
    with archive.open(name) as stream:
        for _piece in _feed(reader, stream):
            pass
    return reader.found


class _Reader(ContentHandler):
    """Collects the lines of a stretch and ends it where a mark stands."""

    def __init__(self, notes: dict[str, dict[str, str]]) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._notes = notes
        self._due: list[str] = []  # notes that the stretch refers to
        self._line: list[str] = []
        self._parts: list[Part] = []
        self._skipping = 0
        self._rows = 0  # how deep in tables
        self._in_text = False
        self._in_properties = False
        self._break_due = False
        self._pictured = False

    def take(self) -> list[Part]:
        """Return the parts that are complete, each once."""
        parts, self._parts = self._parts, []
        return parts

    def end_stretch(self) -> None:
        """Make parts of the lines so far; nothing at all makes none."""
        self._end_line()
        self._break_due = False
        lines, self.lines = [*self.lines, *self._due], []
        self._due = []
        texts = list(_cut(lines))
        if texts:
            self._parts.extend(Part(text, True) for text in texts)
        elif self._pictured:
            self._parts.append(Part("", False))
        self._pictured = False

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        """See what begins."""
        local = name[1]
        if self._skipping or local in _SKIPPED:
            self._skipping += 1
        elif self._in_properties:
            self._see_property(local, attrs)
        elif local == "t":
            self._in_text = True
        elif local == "pPr":
            self._in_properties = True
        elif local == "br":
            self._see_break(_value(attrs, "type"))
        elif local == "lastRenderedPageBreak":
            self._break(now=not self._line)
        elif local in _SIGNS:
            self._line.append(_SIGNS[local])
        elif local == "tr":
            self._rows += 1
        elif local in _PICTURES:
            self._pictured = True
        elif local in _NOTES and (note := self._notes.get(local, {}).get(_value(attrs, "id"))):
            self._due.append(note)

    def endElementNS(self, name: Any, qname: Any) -> None:
        """See what ends."""
        local = name[1]
        if self._skipping:
            self._skipping -= 1
        elif local == "t":
            self._in_text = False
        elif local == "pPr":
            self._in_properties = False
        elif self._in_properties:
            return
        elif local == "p":
            self._end_paragraph()
        elif local == "tc":
            self._line.append("\t")
        elif local == "tr":
            self._rows -= 1
            self._end_paragraph()

    def characters(self, content: str) -> None:
        """Take text."""
        if self._in_text and not self._skipping:
            self._line.append(content)

    def _see_property(self, local: str, attrs: Any) -> None:
        if local == "sectPr":
            self._break_due = True
        elif local == "pageBreakBefore" and _value(attrs, "val") not in _OFF:
            self._break(now=True)

    def _see_break(self, kind: str) -> None:
        if kind == "page":
            self._break(now=True)
        else:
            self._line.append("\n")

    def _break(self, *, now: bool) -> None:
        if now and not self._rows:
            self.end_stretch()
        else:
            self._break_due = True

    def _end_paragraph(self) -> None:
        if self._rows:
            self._line.append(" ")  # of one cell: its row is the line
            return
        self._end_line()
        if self._break_due:
            self.end_stretch()

    def _end_line(self) -> None:
        line = _CONTROL.sub("", "".join(self._line)).strip()
        self._line = []
        if line:
            self.lines.append(re.sub(r" *\t[ \t]*", "\t", line))


class _NotesReader(_Reader):
    """Collects footnotes or endnotes by their number."""

    def __init__(self, notes: dict[str, dict[str, str]]) -> None:
        super().__init__(notes)
        self.found: dict[str, str] = {}
        self._number = ""

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        """See where a note begins."""
        if name[1] in ("footnote", "endnote"):
            self._number = _value(attrs, "id")
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: Any, qname: Any) -> None:
        """Keep a note that ends."""
        super().endElementNS(name, qname)
        if name[1] in ("footnote", "endnote"):
            self.found[self._number] = "\n".join(self.lines)
            self.lines = []


def _value(attrs: Any, local: str) -> str:
    """Return an attribute whatever its namespace: strict and transitional files differ in theirs."""
    return next((str(value) for (_space, name), value in attrs.items() if name == local), "")


def _cut(lines: list[str]) -> Iterator[str]:
    """Yield a stretch whole, or a very long one in parts that end with a line."""
    if sum(map(len, lines)) <= LONGEST_PART:
        if lines:
            yield "\n".join(lines)
        return
    part: list[str] = []
    size = 0
    for line in chain.from_iterable(map(_pieces, lines)):
        if part and size + len(line) > PART_CHARACTERS:
            yield "\n".join(part)
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield "\n".join(part)


def _pieces(line: str) -> Iterator[str]:
    """Yield a line, or one longer than any part in pieces that end with a sentence where there is one."""
    while len(line) > LONGEST_PART:
        end = max(line.rfind(sign, 1, PART_CHARACTERS) for sign in "。；\n\t ") + 1 or PART_CHARACTERS
        yield line[:end]
        line = line[end:]
    yield line
