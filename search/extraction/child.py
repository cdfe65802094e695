"""The child process: ``python -m search.extraction.child`` with a job as JSON; answers with JSON lines.

It limits itself before it opens the file, writes no file, and may be killed at any moment: every line already
written counts.
"""

import base64
import json
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol
from xml.sax import SAXException

from defusedxml import DefusedXmlException

from search.extraction.limits import Failure, Limits
from search.extraction.pdf import Document, PdfError
from search.extraction.sniffing import FileKind, kind_of
from search.extraction.structure import dangers_of
from search.extraction.word import DAMAGED, reason_against_docx
from search.extraction.word_parts import parts_of

# What the readers of packages and of XML raise for damaged ones.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    SAXException,
    DefusedXmlException,
    KeyError,
    ValueError,
    EOFError,
)


def main(job: dict[str, Any]) -> None:
    """Do one job: ``pages``, ``inspect`` (what forbids the file, then its pages), ``structure`` (only that), ``image``, or
    ``strip`` of what is sent.
    """
    limits = Limits(**job["limits"])
    _limit(limits)
    try:
        if job["action"] == "strip":
            _draw_strip(job)
            return
        path = Path(job["path"])
        kind = kind_of(path)
        if kind is FileKind.DOCX and job["action"] in ("pages", "inspect"):
            _read_word(path, limits)
            return
        if kind is not FileKind.PDF:
            _answer(failure=Failure.UNSUPPORTED.value)
            return
        if job["action"] in ("inspect", "structure"):
            dangers = dangers_of(path)
            _answer(dangers=[danger.value for danger in dangers])
            if dangers or job["action"] == "structure":
                _answer(done=True)
                return
        _read_pdf(path, job, limits)
    except OSError:
        _answer(failure=Failure.MISSING.value)
    except MemoryError:
        _answer(failure=Failure.OUT_OF_MEMORY.value)


def _read_pdf(path: Path, job: dict[str, Any], limits: Limits) -> None:
    try:
        document = Document(path)
        _answer(page_count=document.page_count, encrypted=document.encrypted)
        if job["action"] == "image":
            picture = document.image(job["page"], max_bytes=job["max_bytes"])
            _answer(image=base64.b64encode(picture).decode())
        else:
            numbers = range(1, document.page_count + 1)
            pages = (document.page(number, characters=limits.characters_per_page) for number in numbers)
            _send_pages(pages, limits)
        _answer(done=True)
    except PdfError as error:
        _answer(failure=error.args[0].value)


def _draw_strip(job: dict[str, Any]) -> None:
    try:
        picture = Document(sys.stdin.buffer.read()).strip(width=job["width"], max_bytes=job["max_bytes"])
        _answer(image=base64.b64encode(picture).decode())
        _answer(done=True)
    except PdfError as error:
        _answer(failure=error.args[0].value)


def _read_word(path: Path, limits: Limits) -> None:
    """Read the parts of a Word file; how many there are is known when they are read."""
    reason = reason_against_docx(path)
    if reason is not None:
        _answer(reason=reason)
        return
    try:
        _send_pages(parts_of(path), limits)
        _answer(done=True)
    except _UNREADABLE:
        _answer(reason=DAMAGED)


class _HasText(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def has_text(self) -> bool: ...


def _send_pages(pages: Iterable[_HasText], limits: Limits) -> None:
    total = 0
    for number, page in enumerate(pages, 1):
        if number > limits.pages:
            _answer(failure=Failure.TOO_MANY_PAGES.value)
            return
        total += len(page.text)
        if total > limits.characters:
            _answer(failure=Failure.TOO_MUCH_TEXT.value)
            return
        _answer(page=number, has_text=page.has_text, text=page.text)


def _limit(limits: Limits) -> None:
    os.nice(limits.niceness)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(**values: Any) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=True) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
