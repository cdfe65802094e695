"""What is asked of the printing engine beside the text itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file embedded in a PDF/A-3; ``relationship`` is Source, Data, Alternative, Supplement or Unspecified."""

    name: str
    content: bytes
    created: datetime
    description: str = ""
    relationship: str = "Supplement"


@dataclass(frozen=True, slots=True)
class Job:
    """The PDF/A level, metadata and embedded files of a document; ``created`` is aware.

    Without ``own_fonts`` it is printed with the installed fonts alone, as all documents were before there was a cut.
    """

    variant: str
    title: str
    lang: str
    created: datetime
    attachments: Sequence[EmbeddedFile] = ()
    own_fonts: bool = True


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A finished PDF and its number of pages."""

    content: bytes
    pages: int
