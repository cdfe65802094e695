"""From a template to the bytes of a PDF/A: the same record gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from notices.printing.job import EmbeddedFile, Job, PrintedFile
from notices.printing.parts import INSTALL_LINE, missing_parts

if TYPE_CHECKING:
    from types import ModuleType

ZONE = ZoneInfo("Asia/Shanghai")
# Control characters have no glyph and no meaning on paper; tabs and line ends stay. Marks of direction would turn what follows
# round: a file named 照片.exe then reads as a picture.
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
# WeasyPrint and the collected complaints are per process, not per thread.
_LOCK = Lock()


class PrintingUnavailable(Exception):
    """The system lacks a library or font; the text names it and the line that installs it."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"不能生成 PDF，缺少：{'、'.join(missing)}。请运行：{INSTALL_LINE}")


class UnprintableTextError(Exception):
    """The fonts have no glyph for a character of the text."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        named = "、".join(f"{char}（U+{ord(char[0]):04X}）" if char else "?" for char in characters)
        super().__init__(f"字体中没有这些字：{named}")


class PrintingFaultError(Exception):
    """WeasyPrint complained of the document: a style it does not know, an address it may not open, a broken image."""


def render_pdf(
    template_name: str,
    context: Mapping[str, Any],
    *,
    variant: str = "pdf/a-3a",
    title: str,
    created: datetime,
    lang: str = "zh-CN",
    attachments: Sequence[EmbeddedFile] = (),
    missing_glyphs: Literal["refuse", "spell"] = "refuse",
) -> bytes:
    """Return the PDF of a template. See ``print_pdf``."""
    return print_pdf(
        template_name,
        context,
        variant=variant,
        title=title,
        created=created,
        lang=lang,
        attachments=attachments,
        missing_glyphs=missing_glyphs,
    ).content


def print_pdf(
    template_name: str,
    context: Mapping[str, Any],
    *,
    variant: str = "pdf/a-3a",
    title: str,
    created: datetime,
    lang: str = "zh-CN",
    attachments: Sequence[EmbeddedFile] = (),
    missing_glyphs: Literal["refuse", "spell"] = "refuse",
    own_fonts: bool = True,
) -> PrintedFile:
    """Render a template to PDF.

    1. the template gets ``document_title`` and ``document_lang`` beside the context, 2. ``created`` (aware) is the only date
    in the file, 3. every complaint of WeasyPrint is an error. With ``missing_glyphs="spell"``, for text written by the
    public, a character without a glyph is printed as 〔U+1F600〕 in place of failing. ``own_fonts=False`` prints as before there was
    a cut of the fonts (``print_fonts``), for what was printed then.
    Raises PrintingUnavailable, UnprintableTextError, PrintingFaultError, and ValueError for a time without a zone.
    """
    if created.utcoffset() is None:
        raise ValueError("created needs a time zone")
    html = compose(template_name, context, title=title, lang=lang)
    job = Job(variant, title, lang, created.astimezone(ZONE), attachments, own_fonts)
    return print_html(html, job, missing_glyphs=missing_glyphs)


def print_html(html: str, job: Job, *, missing_glyphs: Literal["refuse", "spell"] = "refuse") -> PrintedFile:
    """Print a composed document. Raises PrintingUnavailable, UnprintableTextError, PrintingFaultError."""
    printed, unprintable, faults = _print(html, job)
    if unprintable and missing_glyphs == "spell":
        printed, unprintable, faults = _print(_spell(html, unprintable), job)
    if unprintable:
        raise UnprintableTextError(unprintable)
    if faults:
        raise PrintingFaultError("; ".join(faults))
    return printed


def _print(html: str, job: Job) -> tuple[PrintedFile, list[str], list[str]]:
    """Return the document, the characters without a glyph, and all other complaints."""
    engine = _engine()
    with _LOCK:
        listener = engine.Listener()
        printed = engine.make(html, job, listener)
    return printed, listener.unprintable, listener.faults


def _engine() -> ModuleType:
    missing = missing_parts()
    if missing:
        raise PrintingUnavailable(missing)
    try:
        # Not at the top: without the system's libraries this import fails, and the portal must start all the same.
        from notices.printing import engine
    except OSError as error:
        raise PrintingUnavailable([str(error).splitlines()[0]]) from error
    return engine


def compose(template_name: str, context: Mapping[str, Any], *, title: str, lang: str = "zh-CN") -> str:
    """Return the HTML of a template for ``print_html``, without control characters and marks of direction."""
    language = "zh-hans" if lang.lower().startswith("zh") else lang
    full = {**context, "document_title": title, "document_lang": lang}
    # Who asks must not change the bytes: neither the language nor the zone of the request or worker.
    with translation.override(language), timezone.override(ZONE):
        return CONTROL.sub("", render_to_string(template_name, full))


def _spell(html: str, characters: Sequence[str]) -> str:
    for char in characters:
        html = html.replace(char, f"〔U+{ord(char[0]):04X}〕")
    return html
