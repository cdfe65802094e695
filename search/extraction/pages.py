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
# A person waits for it, and may have it once in a while only: behind busy web processes it would starve until its time is over.
_AWAITED_LIMITS: Final = Limits(cpu_seconds=20, wall_seconds=40.0, niceness=0)

_MESSAGES: Final = {
    Failure.ENCRYPTED: "文件设有打开密码，无法读取。请上传没有密码的文件。",
    Failure.CORRUPT: "文件已损坏或不是完整的 PDF，无法读取。请重新导出后上传。",
    Failure.UNSUPPORTED: "目前只能读取 PDF 和 Word（DOCX）文件的内容。",
    Failure.EMPTY: "文件是空的。",
    Failure.MISSING: "找不到文件，或者文件无法打开。",
    Failure.TOO_LARGE: "文件过大，未读取其中的文字。",
    Failure.TOO_MANY_PAGES: "页数过多，后面的页没有读取。",
    Failure.TOO_MUCH_TEXT: "文字过多，后面的页没有读取。",
    Failure.TIMED_OUT: "读取文件超时，后面的页没有读取。",
    Failure.OUT_OF_MEMORY: "文件内容过于复杂，读取时超出内存限制。",
    Failure.NO_SUCH_PAGE: "文件没有这一页。",
}
_DANGER_MESSAGES: Final = {
    "encrypted": "文件设有密码或权限限制，不能接收。请取消全部安全设置，重新导出后上传。",
    "script": "文件中有会自动运行的脚本，不能接收。请用“打印为 PDF”重新生成后上传。",
    "launch": "文件中有打开其他程序的指令，不能接收。请用“打印为 PDF”重新生成后上传。",
    "submit": "文件中有向外发送数据的表单指令，不能接收。请用“打印为 PDF”重新生成后上传。",
    "embedded": "文件中夹带了其他文件，不能接收。请删去文件里的附件，各文件分别上传。",
    "xfa": "文件是动态表单，多数手机打不开。请用“打印为 PDF”重新生成后上传。",
    "media": "文件中有音频、视频或三维内容，不能接收。请删去后重新导出。",
    "link": "文件中有指向本机或内部网络的链接，不能接收。请删去这些链接，重新导出后上传。",
    "bomb": "文件解压后异常庞大，不能接收。请用“打印为 PDF”重新生成后上传。",
    "absurd": "文件的页数或页面尺寸不正常，不能接收。请检查后重新导出。",
    "damaged": "文件结构已损坏，无法检查。请重新导出后上传。",
}


@dataclass(frozen=True, slots=True)
class PageText:
    """One page, of a Word file one part, counted from 1. Without text (a scan, a drawing) it cannot be searched."""

    number: int
    text: str
    has_text_layer: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """What could be read. With ``error`` set, ``pages`` holds those read before it, possibly none.

    How many parts a Word file has is known only once all are read: ``page_count`` is those read.
    """

    pages: tuple[PageText, ...]
    page_count: int
    encrypted: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an upload is told: the pages as far as they were read, and every reason not to take the file."""

    pages: tuple[PageText, ...]
    page_count: int
    reasons: tuple[str, ...]

    @property
    def text_share(self) -> float:
        """Return the share of pages with a text layer, 0 to 1."""
        return sum(page.has_text_layer for page in self.pages) / len(self.pages) if self.pages else 0.0

    @property
    def pages_without_text(self) -> tuple[int, ...]:
        """Return the numbers of the pages that nobody can search."""
        return tuple(page.number for page in self.pages if not page.has_text_layer)


class RenderingError(Exception):
    """A page image could not be made; the message is Chinese, for the reader."""


def extract_pages(path: Path, *, limits: Limits | None = None) -> Extraction:
    """Read the text of every page. Never raises for what the file is; see ``Extraction.error``."""
    answers, failure = _run({"action": "pages"}, path, limits or Limits())
    page_count, encrypted = _head(answers, failure)
    error = next(iter(_reasons(answers, failure)), None)
    return Extraction(_pages(answers), page_count, encrypted, error)


def inspect_document(path: Path, *, limits: Limits | None = None) -> Inspection:
    """Look for what forbids a PDF or a DOCX (scripts, embedded files, encryption, bombs …), then read its pages."""
    answers, failure = _run({"action": "inspect"}, path, limits or Limits())
    page_count, _encrypted = _head(answers, failure)
    return Inspection(_pages(answers), page_count, _reasons(answers, failure))


def reasons_against_pdf(path: Path, *, limits: Limits | None = None) -> tuple[str, ...]:
    """Look for what forbids a PDF without reading its pages; ``path`` may lie in memory, under ``/proc``."""
    return _reasons(*_run({"action": "structure"}, path, limits or Limits()))


def _reasons(answers: list[dict[str, Any]], failure: Failure | None) -> tuple[str, ...]:
    dangers: list[str] = next((answer["dangers"] for answer in answers if "dangers" in answer), [])
    reasons = [_DANGER_MESSAGES[danger] for danger in dangers]
    reasons += [answer["reason"] for answer in answers if "reason" in answer]
    if failure is not None:
        reasons.append(_MESSAGES[failure])
    return tuple(reasons)


def render_page(path: Path, number: int, *, max_bytes: int = 150_000, limits: Limits | None = None) -> bytes:
    """Return page ``number``, counted from 1, as PNG or JPEG of at most ``max_bytes``; raise RenderingError."""
    job = {"action": "image", "page": number, "max_bytes": max_bytes}
    answers, failure = _run(job, path, limits or _IMAGE_LIMITS)
    return _image(answers, failure)


def _image(answers: list[dict[str, Any]], failure: Failure | None) -> bytes:
    for answer in answers:
        if "image" in answer:
            return base64.b64decode(answer["image"])
    raise RenderingError(_MESSAGES[failure or Failure.CORRUPT])


def render_document(content: bytes, *, width: int, max_bytes: int) -> bytes:
    """Return the first page of a PDF of our own as PNG or JPEG, ``width`` pixels wide, cut off below what stands on it.

    The bytes go to the child through a pipe: no file is written. Raises RenderingError.
    """
    job = {"action": "strip", "max_bytes": max_bytes, "width": width}
    return _image(*_ask(job, _AWAITED_LIMITS, content))


def image_type(data: bytes) -> str:
    """Return the media type of an image made by ``render_page``."""
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


def _pages(answers: list[dict[str, Any]]) -> tuple[PageText, ...]:
    return tuple(
        PageText(answer["page"], answer["text"], answer["has_text"]) for answer in answers if "page" in answer
    )


def _head(answers: list[dict[str, Any]], failure: Failure | None) -> tuple[int, bool]:
    for answer in answers:
        if "page_count" in answer:
            return int(answer["page_count"]), bool(answer["encrypted"])
    return len(_pages(answers)), failure is Failure.ENCRYPTED


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
    return _ask({**job, "path": str(path.absolute())}, limits)


def _ask(
    job: dict[str, Any], limits: Limits, content: bytes = b""
) -> tuple[list[dict[str, Any]], Failure | None]:
    order = json.dumps({**job, "limits": asdict(limits)})
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
            input=content,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        return _answers(expired.stdout or b""), Failure.TIMED_OUT
    answers = _answers(done.stdout)
    for answer in answers:
        if "failure" in answer:
            return answers, Failure(answer["failure"])
    if answers and ("done" in answers[-1] or "reason" in answers[-1]):
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
