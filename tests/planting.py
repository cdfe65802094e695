"""Unusual personal values that are planted, and the search for them in every spelling in which they could lie about."""

from __future__ import annotations

import io
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pypdfium2

# What every planted value begins with; rare enough that no hash or number, and no other test's person, holds it by chance.
STEMS = ("欧阳翯彧", "藁垡乡龘龘村", "139713579", "140105193713", "ouyang.heyu")


@dataclass(frozen=True, slots=True)
class Planted:
    """One invented person; ``number`` makes a few of them distinct."""

    number: int = 13

    @property
    def fields(self) -> dict[str, str]:
        """Return page two of the form as typed."""
        return {
            "contact": self.contact,
            "name": f"欧阳翯彧{self.number}",
            "address": f"藁垡乡龘龘村{self.number}号",
            "id_number": f"140105193713{self.number:05d}X",
            "id_number_consent": "on",
        }

    @property
    def contact(self) -> str:
        """Return a mobile number, of every third person an address for mails."""
        return self.email if self.number % 3 == 2 else f"139713579{self.number % 100:02d}"

    @property
    def email(self) -> str:
        """Return an address for mails."""
        return f"ouyang.heyu{self.number}@example.com"


def _base64(value: bytes) -> Iterator[bytes]:
    """Yield what stays the same of a value in base64, whatever comes before and after it."""
    for lead in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            text = encode(b"\0" * lead + value)
            # The first four and the last four characters may mix with the neighbours.
            yield text[4 if lead else 0 : -4]


def needles(stems: Iterable[str] = STEMS) -> list[bytes]:
    """Return the stems in every encoding in which a file or page could hold them."""
    found: set[bytes] = set()
    for stem in stems:
        raw = stem.encode()
        found |= {
            raw,
            raw.hex().encode(),
            raw.hex().upper().encode(),
            stem.encode("utf-16-le"),
            stem.encode("utf-16-be"),
            stem.encode("gb18030"),
            stem.encode("unicode_escape"),
            quote(stem).encode(),
            quote(stem).lower().encode(),
            "".join(f"&#{ord(char)};" for char in stem).encode(),
            *_base64(raw),
        }
    return sorted(found)


def _layers(content: bytes) -> Iterator[bytes]:
    """Yield the bytes, and what is packed inside of them: members of an archive, the text of a PDF, one deflated stream.

    Of damaged files, which other tests leave on the disk, only the bytes.
    """
    yield content
    with suppress(zipfile.BadZipFile, pypdfium2.PdfiumError, zlib.error):
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield archive.read(name)
        elif content[:5] == b"%PDF-":
            document = pypdfium2.PdfDocument(content)
            for page in document:
                yield page.get_textpage().get_text_range().encode()
            document.close()
        elif content[:1] == b"\x78":
            yield zlib.decompress(content)


def finds_in(content: bytes | str, marks: list[bytes]) -> list[str]:
    """Return the needles that a content holds."""
    raw = content.encode() if isinstance(content, str) else content
    return sorted({repr(mark) for layer in _layers(raw) for mark in marks if mark in layer})


def finds_below(folder: Path, marks: list[bytes]) -> list[tuple[str, str]]:
    """Return each file below a folder that holds a needle in its name or its bytes, with the needle.

    Every file is read each time; bytes that were searched before are not unpacked again.
    """
    found, wanted = [], tuple(marks)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes() if path.is_file() else b""
        key = (sha256(content).digest(), wanted)
        if key not in _searched:
            _searched[key] = finds_in(content, marks)
        found += [(name, mark) for mark in finds_in(name.encode(), marks) + _searched[key]]
    return found


_searched: dict[tuple[bytes, tuple[bytes, ...]], list[str]] = {}
