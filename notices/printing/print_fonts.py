"""Our own cut of the Noto fonts: the characters of GBK, so that a document embeds a third of what the whole fonts would cost it.

A PDF embeds the outlines it uses, but also a place for every glyph of the font up to the last one used, and Noto has 65,535.
Characters outside the cut (㟃, 𬒔) come from the installed font, which stands behind ours in every list of families.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.tables.DefaultTable import DefaultTable  # type: ignore[import-untyped]

from notices.printing.parts import PRINT_FONTS_VERSION, InstalledFont, harfbuzz_libraries, installed_font

# Where the fonts are kept; a child process has no settings and is told by its environment.
FOLDER_VARIABLE = "PORTAL_PRINT_FONTS"
_NO_HINTING, _DROPPED_TABLES = 1, 3  # HB_SUBSET_FLAGS_NO_HINTING, HB_SUBSET_SETS_DROP_TABLE_TAG


@dataclass(frozen=True, slots=True)
class PrintFont:
    """One face of a cut: its family as style sheets name it, the installed family and weight that it is cut from."""

    family: str
    source: str
    weight: int

    @property
    def file_name(self) -> str:
        """Return the name of its file."""
        return f"{self.family.replace(' ', '')}-{self.weight}.otf"


FONTS = (
    PrintFont("Notice Sans", "Noto Sans CJK SC", 400),
    PrintFont("Notice Sans", "Noto Sans CJK SC", 700),
    PrintFont("Notice Serif", "Noto Serif CJK SC", 700),
)


def characters() -> list[int]:
    """Return the code points of the cut: what GBK can write, and the signs of units, fractions and lists that it cannot."""
    signs = [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2000, 0x2070), *range(0x2070, 0x20A0)]
    signs += [
        0x20AC,
        *range(0x2100, 0x2300),
        *range(0x2460, 0x2600),
        *range(0x3000, 0x3400),
        *range(0xFF00, 0xFFF0),
    ]
    return sorted({*signs, *(code for code in range(0x4E00, 0xA000) if _in_gbk(code))})


def _in_gbk(code: int) -> bool:
    try:
        chr(code).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def font_path(font: PrintFont, folder: Path) -> Path:
    """Return the file of a face, cut when it is not there yet. Raises OSError when that cannot be done."""
    source = installed_font(font.source, weight=font.weight)
    if source is None or font.source not in source.families:
        raise OSError(f"{font.source} is not installed")
    path = folder / f"{PRINT_FONTS_VERSION}-{source.version}-{font.file_name}"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(with_plain_charset(_cut(source)))
        # Whoever comes second writes the same bytes.
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    return path


def _cut(source: InstalledFont) -> bytes:
    """Return the subset of a font with the characters of the cut."""
    harfbuzz, subset = harfbuzz_libraries()
    blob = _pointer(harfbuzz.hb_blob_create_from_file_or_fail, os.fsencode(source.path))
    face = _pointer(harfbuzz.hb_face_create, blob, ctypes.c_uint(source.index))
    wanted = _pointer(subset.hb_subset_input_create_or_fail)
    unicodes = _pointer(subset.hb_subset_input_unicode_set, wanted)
    for code in characters():
        harfbuzz.hb_set_add(unicodes, ctypes.c_uint32(code))
    subset.hb_subset_input_set_flags(wanted, ctypes.c_uint(_NO_HINTING))
    # The table of alternative forms would bring those of Japan, Korea and Taiwan along, which nothing here asks for.
    dropped = _pointer(subset.hb_subset_input_set, wanted, ctypes.c_uint(_DROPPED_TABLES))
    harfbuzz.hb_set_add(dropped, ctypes.c_uint32(int.from_bytes(b"GSUB", "big")))
    made = _pointer(subset.hb_subset_or_fail, face, wanted)
    result = _pointer(harfbuzz.hb_face_reference_blob, made)
    try:
        length = ctypes.c_uint()
        data = _pointer(harfbuzz.hb_blob_get_data, result, ctypes.byref(length))
        return ctypes.string_at(data, length.value)
    finally:
        harfbuzz.hb_blob_destroy(result)
        harfbuzz.hb_face_destroy(made)
        subset.hb_subset_input_destroy(wanted)
        harfbuzz.hb_face_destroy(face)
        harfbuzz.hb_blob_destroy(blob)


def _pointer(function: Any, *arguments: Any) -> ctypes.c_void_p:
    function.restype = ctypes.c_void_p
    value = function(*arguments)
    if not value:
        raise OSError(f"{function.__name__} failed")
    return ctypes.c_void_p(value)


def with_plain_charset(content: bytes) -> bytes:
    """Return a CID-keyed CFF font in which every glyph's CID is its number.

    A subset keeps the CIDs of the whole font beside its new glyph numbers. WeasyPrint writes glyph numbers, poppler and pdfium take
    them for such, MuPDF for CIDs, rightly, and shows other characters: so both must be the same.
    """
    font = TTFont(BytesIO(content), recalcTimestamp=False, recalcBBoxes=False)
    glyphs = int.from_bytes(font.reader["maxp"][4:6], "big")  # read raw: what is parsed is also written anew
    place = font["CFF "].cff.topDictIndex[0].rawDict["charset"]
    raw = bytearray(font.reader["CFF "])
    # Format 2: one range from CID 1 on. It is shorter than any that was there.
    raw[place : place + 5] = b"\2\0\1" + (glyphs - 2).to_bytes(2, "big")
    table = DefaultTable("CFF ")
    table.data = bytes(raw)
    font["CFF "] = table
    buffer = BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def fonts_folder() -> Path:
    """Return where the fonts are kept: as the environment says, else below the data folder of the portal."""
    told = os.environ.get(FOLDER_VARIABLE)
    return Path(told) if told else Path(settings.DATA_DIR) / "fonts"
