"""What printing needs of the system: shared libraries and font families, looked up without loading WeasyPrint."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

INSTALL_LINE = (
    "apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
)
FAMILIES = ("Noto Sans CJK SC", "Noto Serif CJK SC")
# Of the cut that ``print_fonts`` makes. Another cut needs another version: files printed with the one before name it.
PRINT_FONTS, PRINT_FONTS_VERSION = "print_fonts", "1"
_FONTCONFIG = ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll")
# Without the subset library WeasyPrint falls back on another one that takes forty times as long, so it counts as missing.
_LIBRARIES = {
    "libpango-1.0-0（排版库）": ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0-0.dll"),
    "libpangoft2-1.0-0（字体渲染库）": (
        "libpangoft2-1.0.so.0",
        "libpangoft2-1.0.dylib",
        "libpangoft2-1.0-0.dll",
    ),
    "libharfbuzz-subset0（字体子集库）": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
    ),
    "libfontconfig1（字体配置库）": _FONTCONFIG,
}
_WEIGHTS = {400: 80, 700: 200}  # CSS to fontconfig
_HARFBUZZ = ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll")


@dataclass(frozen=True, slots=True)
class InstalledFont:
    """The font that the system gives for a family name: its family names, its version (2.004), file and place in it."""

    families: tuple[str, ...]
    version: str
    path: str = ""
    index: int = 0


def missing_parts() -> list[str]:
    """Return what is missing for PDF output, as Debian package names with a word of explanation; empty when all is here.

    Takes some milliseconds the first time and is remembered for the life of the process.
    """
    return list(_missing())


def part_versions() -> dict[str, str]:
    """Return the versions on which the bytes of a PDF depend: WeasyPrint, Pango, HarfBuzz and each font.

    Parts that are not installed are left out.
    """
    versions = {"weasyprint": version("weasyprint"), "pydyf": version("pydyf"), "segno": version("segno")}
    versions[PRINT_FONTS] = PRINT_FONTS_VERSION
    for name, library, function in (
        ("pango", _LIBRARIES["libpango-1.0-0（排版库）"], "pango_version_string"),
        ("harfbuzz", _HARFBUZZ, "hb_version_string"),
    ):
        loaded = _load(library)
        if loaded is not None:
            call = getattr(loaded, function)
            call.restype = ctypes.c_char_p
            versions[name] = call().decode()
    for family in FAMILIES:
        font = installed_font(family)
        if font is not None and family in font.families:
            versions[family] = font.version
    return versions


@cache
def _missing() -> tuple[str, ...]:
    missing = [name for name, sonames in _LIBRARIES.items() if _load(sonames) is None]
    for family in FAMILIES:
        font = installed_font(family)
        if font is None or family not in font.families:
            missing.append(f"fonts-noto-cjk（字体 {family}）")
    return tuple(missing)


def harfbuzz_libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """Return HarfBuzz and its library that cuts fonts. Raises OSError."""
    harfbuzz, subset = _load(_HARFBUZZ), _load(_LIBRARIES["libharfbuzz-subset0（字体子集库）"])
    if harfbuzz is None or subset is None:
        raise OSError("HarfBuzz is not installed")
    return harfbuzz, subset


@cache
def _load(sonames: tuple[str, ...]) -> ctypes.CDLL | None:
    for soname in sonames:
        try:
            return ctypes.CDLL(soname)
        except OSError:
            continue
    return None


@cache
def installed_font(family: str, weight: int = 400) -> InstalledFont | None:
    """Return the font that fontconfig chooses for a family, which may be quite another one; None without fontconfig.

    An unknown family is replaced silently, so the caller compares the names.
    """
    library = _load(_FONTCONFIG)
    if library is None:
        return None
    for name in ("FcNameParse", "FcFontMatch"):
        getattr(library, name).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(library.FcNameParse(f"{family}:weight={_WEIGHTS[weight]}".encode()))
    library.FcConfigSubstitute(None, pattern, 0)
    library.FcDefaultSubstitute(pattern)
    result = ctypes.c_int()
    match = ctypes.c_void_p(library.FcFontMatch(None, pattern, ctypes.byref(result)))
    library.FcPatternDestroy(pattern)
    if not match:
        return None
    try:
        path, index = _file_of(library, match)
        return InstalledFont(_families_of(library, match), _version_of(library, match), path, index)
    finally:
        library.FcPatternDestroy(match)


def _families_of(library: ctypes.CDLL, match: ctypes.c_void_p) -> tuple[str, ...]:
    names: list[str] = []
    value = ctypes.c_char_p()
    while library.FcPatternGetString(match, b"family", len(names), ctypes.byref(value)) == 0:
        names.append((value.value or b"").decode("utf-8", "replace"))
    return tuple(names)


def _file_of(library: ctypes.CDLL, match: ctypes.c_void_p) -> tuple[str, int]:
    path, index = ctypes.c_char_p(), ctypes.c_int()
    library.FcPatternGetString(match, b"file", 0, ctypes.byref(path))
    library.FcPatternGetInteger(match, b"index", 0, ctypes.byref(index))
    return os.fsdecode(path.value or b""), index.value


def _version_of(library: ctypes.CDLL, match: ctypes.c_void_p) -> str:
    value = ctypes.c_int()
    if library.FcPatternGetInteger(match, b"fontversion", 0, ctypes.byref(value)) != 0:
        return ""
    return f"{value.value / 65536:.3f}"  # 16.16 fixed point of the head table
