"""Parts of one PDF/A put together: pages, structure, named places and bookmarks; what the first declares holds for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the bookmarks: its level from 1, its words, and the id of the element to which it leads."""

    level: int
    words: str
    place: str


def places_of(part: Path) -> dict[str, int]:
    """Return on which page of a printed part, counted from 1, each element with an id stands."""
    with pikepdf.open(part) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        return {name: pages[target[0].objgen] for name, target in _places(pdf)}


def join_parts(handle: IO[bytes], parts: Sequence[Path], bookmarks: Sequence[Bookmark] = ()) -> None:
    """Write all parts as one document; the same parts give the same bytes.

    1. pages are appended, 2. structure elements too, their numbers going on where those of the part before ended (ISO 32000-1,
    14.7.4.4), 3. an id leads to the last part that has it, so that a table of contents printed alone may hold the ids itself,
    4. bookmarks are made anew when given; without them those of the first part stay.
    """
    with pikepdf.open(parts[0]) as whole:
        places = dict(_places(whole))
        for number, path in enumerate(parts[1:], start=1):
            # Closed at once: what was copied stands by itself, and two copies of all need twice the memory.
            with pikepdf.open(path) as part:
                _append(whole, part, number)
                places |= {name: whole.copy_foreign(_held(part, target)) for name, target in _places(part)}
        if places:
            _set_places(whole, places)
        if bookmarks:
            _set_bookmarks(whole, bookmarks, places)
        whole.save(cast("BinaryIO", handle), deterministic_id=True)


def _places(pdf: pikepdf.Pdf) -> Iterable[tuple[str, Any]]:
    none: Any = Dictionary()
    names: Any = pdf.Root.get("/Names", none).get("/Dests", none).get("/Names", ())
    return [(str(names[index]), names[index + 1]) for index in range(0, len(names), 2)]


def _held(part: pikepdf.Pdf, target: Any) -> Any:
    return target if target.is_indirect else part.make_indirect(target)


def _append(whole: pikepdf.Pdf, part: pikepdf.Pdf, number: int) -> None:
    tagged = "/StructTreeRoot" in whole.Root
    nums: Any = whole.Root.StructTreeRoot.ParentTree.Nums if tagged else None
    offset = int(nums[-2]) + 1 if tagged and len(nums) else 0
    if tagged:
        _renumber(part, offset, number)
    whole.pages.extend(part.pages)
    if tagged:
        _append_structure(whole, part, offset)


def _renumber(part: pikepdf.Pdf, offset: int, number: int) -> None:
    """Make the numbers of pages and links, and the ids of heads of columns, those of the whole."""
    for page in part.pages:
        page.obj.StructParents = int(page.obj.StructParents) + offset
        annotations: Any = page.obj.get("/Annots", ())
        for annotation in annotations:
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + offset
    for element in part.objects:
        if not isinstance(element, Dictionary) or element.get("/S") not in (Name.TH, Name.TD):
            continue
        if "/ID" in element:
            element.ID = _own(element.ID, number)
        heads: Any = element.A.get("/Headers", ()) if "/A" in element else ()
        if len(heads):
            element.A.Headers = Array([_own(head, number) for head in heads])


def _own(name: Any, number: int) -> String:
    return String(f"{number}-{name}")


def _append_structure(whole: pikepdf.Pdf, part: pikepdf.Pdf, offset: int) -> None:
    """Hang the structure of a part, whose pages are there already, under the document element of the whole."""
    root: Any = whole.Root.StructTreeRoot
    copied: Any = whole.copy_foreign(part.Root.StructTreeRoot)
    element = copied.K[0]
    element.S, element.P = Name.Part, root.K[0]
    root.K[0].K.append(element)
    numbers = copied.ParentTree.Nums
    for index in range(0, len(numbers), 2):
        root.ParentTree.Nums.append(int(numbers[index]) + offset)
        root.ParentTree.Nums.append(numbers[index + 1])


def _set_places(whole: pikepdf.Pdf, places: dict[str, Any]) -> None:
    ordered = [item for name in sorted(places) for item in (String(name), places[name])]
    names: Any = whole.Root.get("/Names", Dictionary())
    names.Dests = Dictionary(Names=Array(ordered))
    whole.Root.Names = names


def _set_bookmarks(whole: pikepdf.Pdf, bookmarks: Sequence[Bookmark], places: dict[str, Any]) -> None:
    with whole.open_outline() as outline:
        outline.root.clear()
        above: list[OutlineItem] = []
        for row in bookmarks:
            item = OutlineItem(row.words, destination=places[row.place])
            del above[row.level - 1 :]
            (above[-1].children if above else outline.root).append(item)
            above.append(item)
