"""The door of this package: pages of text, page images and facts of a file, whatever the file tries."""

import base64
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from search.extraction.limits import Failure, Limits

_PROJECT = Path(__file__).resolve().parent.parent.parent
_IMAGE_LIMITS: Final = Limits(cpu_seconds=20, wall_seconds=40.0)
_FACTS_LIMITS: Final = Limits(cpu_seconds=20, wall_seconds=40.0)

_MESSAGES: Final = {
    Failure.ENCRYPTED: "文件设有打开密码，无法读取。请上传没有密码的文件。",
    Failure.CORRUPT: "文件已损坏或不是完整的 PDF，无法读取。请重新导出后上传。",
    Failure.UNSUPPORTED: "目前只能读取 PDF 文件的内容。",
    Failure.EMPTY: "文件是空的。",
    Failure.MISSING: "找不到文件，或者文件无法打开。",
    Failure.TOO_LARGE: "文件过大，未读取其中的文字。",
    Failure.TOO_MANY_PAGES: "页数过多，后面的页没有读取。",
    Failure.TOO_MUCH_TEXT: "文字过多，后面的页没有读取。",
    Failure.TIMED_OUT: "读取文件超时，后面的页没有读取。",
    Failure.OUT_OF_MEMORY: "文件内容过于复杂，读取时超出内存限制。",
    Failure.NO_SUCH_PAGE: "文件没有这一页。",
}


@dataclass(frozen=True, slots=True)
class PageText:
    """One page, counted from 1. Without a text layer (a scan, a drawing) it cannot be searched."""

    number: int
    text: str
    has_text_layer: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """What could be read. With ``error`` set, ``pages`` holds those read before it, possibly none."""

    pages: tuple[PageText, ...]
    page_count: int
    encrypted: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """Facts for the upload form. ``text_share`` is the share of sampled pages with a text layer, 0 to 1."""

    page_count: int
    text_share: float
    encrypted: bool
    error: str | None


class RenderingError(Exception):
    """A page image could not be made; the message is Chinese, for the reader."""


def extract_pages(path: Path, *, limits: Limits | None = None) -> Extraction:
    """Read the text of every page. Never raises for what the file is; see ``Extraction.error``."""
    answers, failure = _run({"action": "pages"}, path, limits or Limits())
    page_count, encrypted = _head(answers, failure)
    pages = tuple(
        PageText(answer["page"], answer["text"], answer["has_text"]) for answer in answers if "page" in answer
    )
    return Extraction(pages, page_count, encrypted, _message(failure))


def inspect_pdf(path: Path, *, limits: Limits | None = None) -> PdfFacts:
    """Read page count, encryption and, from a sample of pages, the share with a text layer."""
    answers, failure = _run({"action": "facts"}, path, limits or _FACTS_LIMITS)
    page_count, encrypted = _head(answers, failure)
    sampled = [answer["has_text"] for answer in answers if "page" in answer]
    return PdfFacts(page_count, sum(sampled) / len(sampled) if sampled else 0.0, encrypted, _message(failure))


def render_page(path: Path, number: int, *, max_bytes: int = 150_000, limits: Limits | None = None) -> bytes:
    """Return page ``number``, counted from 1, as PNG or JPEG of at most ``max_bytes``; raise RenderingError."""
    job = {"action": "image", "page": number, "max_bytes": max_bytes}
    answers, failure = _run(job, path, limits or _IMAGE_LIMITS)
    for answer in answers:
        if "image" in answer:
            return base64.b64decode(answer["image"])
    raise RenderingError(_message(failure or Failure.CORRUPT))


def image_type(data: bytes) -> str:
    """Return the media type of an image made by ``render_page``."""
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


def _message(failure: Failure | None) -> str | None:
    return None if failure is None else _MESSAGES[failure]


def _head(answers: list[dict[str, Any]], failure: Failure | None) -> tuple[int, bool]:
    for answer in answers:
        if "page_count" in answer:
            return int(answer["page_count"]), bool(answer["encrypted"])
    return 0, failure is Failure.ENCRYPTED


def _run(job: dict[str, Any], path: Path, limits: Limits) -> tuple[list[dict[str, Any]], Failure | None]:
    """Run the child and return its answers and why it did not finish, or None."""
    try:
        size = path.stat().st_size
    except OSError:
        return [], Failure.MISSING
    if size == 0:
        return [], Failure.EMPTY
    if size > limits.file_bytes:
        return [], Failure.TOO_LARGE
    order = json.dumps({**job, "path": str(path.resolve()), "limits": asdict(limits)})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "search.extraction.child", order],
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=_PROJECT,
            env={
                "PATH": os.defpath,
                "PYTHONPATH": str(_PROJECT),
                "PYTHONDONTWRITEBYTECODE": "1",
                "LC_ALL": "C.UTF-8",
            },
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        return _answers(expired.stdout or b""), Failure.TIMED_OUT
    answers = _answers(done.stdout)
    for answer in answers:
        if "failure" in answer:
            return answers, Failure(answer["failure"])
    if answers and "done" in answers[-1]:
        return answers, None
    return answers, _death(done.returncode, done.stderr)


def _answers(output: bytes) -> list[dict[str, Any]]:
    """Parse the complete lines; a killed child may leave half of one."""
    complete, _, _ = output.rpartition(b"\n")
    return [json.loads(line) for line in complete.splitlines()]


def _death(code: int, errors: bytes) -> Failure:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Failure.TIMED_OUT
    if (
        code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGTRAP, -signal.SIGILL)
        or b"MemoryError" in errors
    ):
        # The reader ends itself this way when an allocation beyond RLIMIT_AS is refused.
        return Failure.OUT_OF_MEMORY
    return Failure.CORRUPT
