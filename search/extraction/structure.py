"""What a PDF could do besides being read; the only importer of pikepdf. Runs in the child process only.

A report is text and pictures. Whatever runs, opens, sends, unpacks or hides something has no place in it, and a reader on an old
phone has no defence. The walk looks at every object of the file, those inside object streams and those that nothing
refers to included, so that hiding one deeper does not help (ISO 32000-1, 12.6 Actions and 7.11 File specifications).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pikepdf

MAX_NODES = 20_000_000
MAX_DEPTH = 200
MAX_PAGES = 5000
MAX_SIDE = 14_400  # points, the largest page that ISO 32000-1 knows
MAX_PIXELS = 500_000_000
MAX_STREAM = 128 * 1024 * 1024  # bytes of one unpacked stream that is no picture
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
_STEP = 1024 * 1024


class Danger(Enum):
    """Why a PDF is not taken."""

    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    LAUNCH = "launch"
    SUBMIT = "submit"
    EMBEDDED = "embedded"
    XFA = "xfa"
    MEDIA = "media"
    LINK = "link"
    BOMB = "bomb"
    ABSURD = "absurd"
    DAMAGED = "damaged"


_ACTIONS = {
    "/JavaScript": Danger.SCRIPT,
    "/Rendition": Danger.MEDIA,
    "/Movie": Danger.MEDIA,
    "/Sound": Danger.MEDIA,
    "/RichMediaExecute": Danger.MEDIA,
    "/Launch": Danger.LAUNCH,
    "/ImportData": Danger.SUBMIT,
    "/SubmitForm": Danger.SUBMIT,
    "/GoToE": Danger.EMBEDDED,
}
_SUBTYPES = {
    "/FileAttachment": Danger.EMBEDDED,
    "/RichMedia": Danger.MEDIA,
    "/3D": Danger.MEDIA,
    "/Movie": Danger.MEDIA,
    "/Sound": Danger.MEDIA,
    "/Screen": Danger.MEDIA,
}
_KEYS = {
    "/JS": Danger.SCRIPT,
    "/JavaScript": Danger.SCRIPT,
    "/EmbeddedFiles": Danger.EMBEDDED,
    "/EF": Danger.EMBEDDED,
    "/XFA": Danger.XFA,
}
_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_FLATE = ("/FlateDecode", "/Fl")


class _BombError(Exception):
    pass


def dangers_of(path: Path) -> list[Danger]:
    """Return what forbids a PDF, each reason once; empty for a plain report. Never raises for what the file is."""
    try:
        with pikepdf.open(path) as pdf:
            return sorted(set(_dangers(pdf)), key=lambda danger: danger.value)
    except pikepdf.PasswordError:
        return [Danger.ENCRYPTED]
    except _BombError:
        return [Danger.BOMB]
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, IndexError, KeyError):
        return [Danger.DAMAGED]


def _dangers(pdf: pikepdf.Pdf) -> Iterator[Danger]:
    if pdf.is_encrypted:
        yield Danger.ENCRYPTED
    count = len(pdf.pages)
    if not 0 < count <= MAX_PAGES:
        yield Danger.ABSURD
    nodes = unpacked = 0
    for top in pdf.objects:
        stack: list[tuple[Any, int]] = [(top, 0)]
        while stack:
            node, depth = stack.pop()
            nodes += 1
            if depth > MAX_DEPTH or nodes > MAX_NODES:
                yield Danger.ABSURD
                return
            # What is referred to is an object of its own: only direct children are followed, so no cycle can hold us.
            children = _children(node)
            stack += [(child, depth + 1) for _key, child in children if not _is_reference(child)]
            if not isinstance(node, pikepdf.Array):
                yield from _dangers_of_entries(children)
        if isinstance(top, pikepdf.Stream):
            unpacked += _unpacked_size(top)
            if unpacked > MAX_UNPACKED:
                raise _BombError


def _is_reference(value: Any) -> bool:
    return not isinstance(value, pikepdf.Object) or value.is_indirect


def _children(node: Any) -> list[tuple[str, Any]]:
    if isinstance(node, pikepdf.Array):
        return [("", child) for child in node]
    if isinstance(node, pikepdf.Dictionary):
        return list(node.items())
    if isinstance(node, pikepdf.Stream):
        return list(node.stream_dict.items())
    return []


def _dangers_of_entries(entries: list[tuple[str, Any]]) -> Iterator[Danger]:
    """Yield what the entries of one dictionary allow; values behind a reference are resolved for the comparison."""
    found = dict(entries)
    for key in found.keys() & _KEYS.keys():
        yield _KEYS[key]
    for key, table in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES)):
        danger = table.get(str(found.get(key, "")))
        if danger:
            yield danger
    if "/URI" in found and not isinstance(found["/URI"], pikepdf.Dictionary):
        target = str(found["/URI"]).strip().lower()
        if ":" in target.split("/", 1)[0] and not target.startswith(_SCHEMES):
            yield Danger.LINK
    if _is_network_share(found.get("/F")):
        yield Danger.LINK
    for box in ("/MediaBox", "/CropBox"):
        if box in found and _is_absurd_box(found[box]):
            yield Danger.ABSURD
    if found.get("/Subtype") == "/Image" and _pixels(found) > MAX_PIXELS:
        yield Danger.BOMB


def _is_network_share(target: Any) -> bool:
    return isinstance(target, pikepdf.String) and str(target).startswith(("\\\\", "//"))


def _is_absurd_box(box: Any) -> bool:
    if not isinstance(box, pikepdf.Array) or len(box) != 4:
        return True
    try:
        left, bottom, right, top = (float(side) for side in box)
    except (TypeError, ValueError):
        return True
    return max(abs(right - left), abs(top - bottom)) > MAX_SIDE


def _pixels(entries: dict[str, Any]) -> int:
    width, height = entries.get("/Width"), entries.get("/Height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _unpacked_size(stream: pikepdf.Stream) -> int:
    """Return the unpacked size of a stream in bytes, read step by step; 0 for one that is not packed by Flate.

    Raises _BombError beyond the limit. The pixels of a picture are bounded by its declared size.
    """
    filters = stream.stream_dict.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    packed = [name for name in names if name in _FLATE]
    if not packed or (str(stream.stream_dict.get("/Subtype", "")) == "/Image" and len(packed) == 1):
        return 0
    if len(packed) > 1:
        raise _BombError  # nobody's program packs twice
    if names[0] not in _FLATE:
        return len(stream.read_bytes())  # behind another filter: qpdf unpacks, memory is limited
    return sum(map(len, _steps(stream.read_raw_bytes())))


def _steps(packed: bytes) -> Iterator[bytes]:
    unpacker, size, rest = zlib.decompressobj(), 0, packed
    while rest and not unpacker.eof:
        try:
            step = unpacker.decompress(rest, _STEP)
        except zlib.error:
            return  # a damaged end; what shows the page copes with it
        rest, size = unpacker.unconsumed_tail, size + len(step)
        if size > MAX_STREAM:
            raise _BombError
        yield step
        if not step and not rest:
            return
