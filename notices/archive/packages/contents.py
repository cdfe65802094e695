"""What a package is made of: parts, each of which yields files and says what is lacking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from notices.exports.models import Profile
from notices.models import NoticeRecord
from notices.models.attachments import content_storage

_NAME_LIMIT = 80  # characters; unpacked below a deep folder a path must stay under Windows' 260
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


class LackingError(Exception):
    """A file of a package is not to be had; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose package it is: the notice, for whom, by whom (None at the server's console), why and when.

    ``as_of`` is the length of the notice's chain before anything was read: all acts up to it are in the package.
    """

    record: NoticeRecord
    profile: Profile
    user: Any
    purpose: str
    now: datetime
    as_of: int


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a package: path below its part's folder, how it is opened, size in bytes as far as known.

    ``open`` is called when its turn has come, and the caller closes what it returns. It raises LackingError or OSError.
    """

    path: str
    open: Callable[[], IO[bytes]]
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that belongs into a part and is not there, in words."""

    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of the package, with what yields its files and gaps."""

    folder: str
    contents: Callable[[Asked], Iterable[Item | Lacking]]


@dataclass(slots=True)
class Gaps:
    """What is lacking, by folder."""

    by_folder: dict[str, list[str]] = field(default_factory=dict)

    def add(self, folder: str, words: str) -> None:
        """Remember a gap."""
        self.by_folder.setdefault(folder, []).append(words)

    def lines(self) -> list[str]:
        """Return a line for each gap."""
        return [f"{folder}：{words}" for folder, found in sorted(self.by_folder.items()) for words in found]


def stored(path: str, name: str, size: int) -> Item:
    """Return a file of the content storage."""
    return Item(path, lambda: content_storage().open(name), size)


def safe_name(name: str) -> str:
    """Return a file name that Windows, macOS and a BagIt manifest take, as near to the given one as can be."""
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    suffix = PurePosixPath(plain).suffix
    if len(plain) > _NAME_LIMIT:
        plain = plain[: _NAME_LIMIT - len(suffix)].rstrip(" .") + suffix
    return plain or "_"


def numbered(number: int, name: str) -> str:
    """Return a file name that is the only one of its folder."""
    return f"{number:02d}_{safe_name(name)}"
