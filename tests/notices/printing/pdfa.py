"""A small structural checker for PDF/A-3, after ISO 19005-3: what a validator would stumble on first."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Sound", "/Movie"}
FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMedia"}


def faults(content: bytes, conformance: str) -> list[str]:
    """Return what is wrong with a PDF/A-3; ``conformance`` is A or U."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [
            *_metadata_faults(pdf, conformance),
            *_structure_faults(pdf, conformance),
            *_action_faults(pdf),
            *_file_faults(pdf),
            *_font_faults(pdf),
        ]


def metadata(content: bytes) -> str:
    """Return the XMP packet."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return pdf.Root.Metadata.read_bytes().decode()


def _metadata_faults(pdf: pikepdf.Pdf, conformance: str) -> Iterator[str]:
    if "/Encrypt" in pdf.trailer:
        yield "encrypted"
    if "/ID" not in pdf.trailer:
        yield "no /ID"
    xmp = pdf.Root.Metadata.read_bytes().decode() if "/Metadata" in pdf.Root else ""
    if re.search(r"pdfaid:part[>=\"\s]+3", xmp) is None:
        yield "not declared as part 3"
    if re.search(rf"pdfaid:conformance[>=\"\s]+{conformance}", xmp) is None:
        yield f"not declared as conformance {conformance}"
    if len(re.findall(r"<rdf:RDF[ >]", xmp)) != 1:
        yield "not exactly one rdf:RDF"
    intents: Any = pdf.Root.get("/OutputIntents", [])
    if not any(intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in intents):
        yield "no PDF/A output intent with a profile"


def _structure_faults(pdf: pikepdf.Pdf, conformance: str) -> Iterator[str]:
    if "/Lang" not in pdf.Root:
        yield "no /Lang"
    if conformance != "A":
        return
    mark_info: Any = pdf.Root.get("/MarkInfo", {})
    if not mark_info.get("/Marked"):
        yield "not marked"
    if "/StructTreeRoot" not in pdf.Root:
        yield "no structure tree"
    for element in _dictionaries(pdf):
        if element.get("/S") == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure without words"


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary, direct ones inside others included."""
    stack = list(pdf.objects)
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Stream):
            item = item.stream_dict
        if isinstance(item, pikepdf.Dictionary):
            yield item
            children = [value for key, value in item.items() if key != "/Parent"]
        elif isinstance(item, pikepdf.Array):
            children = list(item)
        else:
            continue
        stack += [
            child
            for child in children
            if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect
        ]


def _action_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in _dictionaries(pdf):
        for key in FORBIDDEN_KEYS & set(item.keys()):
            yield f"forbidden entry {key}"
        if str(item.get("/S", "")) in FORBIDDEN_ACTIONS:
            yield f"forbidden action {item.S}"


def _file_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in _dictionaries(pdf):
        if item.get("/Type") == "/Filespec":
            for key in ("/AFRelationship", "/F", "/UF"):
                if key not in item:
                    yield f"embedded file without {key}"
            if "/Subtype" not in item.EF.F:
                yield "embedded file without a type"


def used_glyphs(pdf: pikepdf.Pdf) -> dict[str, set[int]]:
    """Return the glyph numbers shown on all pages, by font; parts that were joined have fonts of the same name."""
    used: dict[str, set[int]] = defaultdict(set)
    for page in pdf.pages:
        fonts: Any = page.Resources.get("/Font", {})
        font = ""
        instructions: Any = pikepdf.parse_content_stream(page)
        for operands, operator in instructions:
            if str(operator) == "Tf":
                font = _font_key(str(operands[0]), fonts)
            elif str(operator) in ("Tj", "TJ"):
                shown = operands[0] if str(operator) == "TJ" else [operands[0]]
                for part in shown:
                    if isinstance(part, pikepdf.String):
                        data = bytes(part)
                        used[font].update(
                            int.from_bytes(data[index : index + 2], "big") for index in range(0, len(data), 2)
                        )
    return used


def _font_key(name: str, fonts: Any) -> str:
    """Tell fonts apart by their objects, where they have one."""
    return f"{name} {fonts[name].objgen}"


def _font_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    used = used_glyphs(pdf)
    fonts: dict[str, Any] = {}
    for page in pdf.pages:
        held: Any = page.Resources.get("/Font", {})
        fonts |= {_font_key(name, held): font for name, font in held.items()}
    for name, font in fonts.items():
        if font.Subtype != "/Type0":
            yield f"{name} is {font.Subtype}"
            continue
        if "/ToUnicode" not in font:
            yield f"{name} has no ToUnicode"
        descriptor = font.DescendantFonts[0].FontDescriptor
        program = descriptor.get("/FontFile3", descriptor.get("/FontFile2"))
        if program is None:
            yield f"{name} is not embedded"
            continue
        face = TTFont(io.BytesIO(program.read_bytes()))
        count = len(face.getGlyphOrder())
        missing = [glyph for glyph in used[name] if glyph == 0 or glyph >= count]
        if missing:
            yield f"{name} shows {len(missing)} characters that the font does not have"
