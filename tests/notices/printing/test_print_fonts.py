"""Our cut of the fonts: smaller files that every reader shows alike, the installed font for what is not in it."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from notices.printing import part_versions, parts, print_pdf
from notices.printing.print_fonts import FONTS, font_path
from tests.notices.printing.pdfa import faults
from tests.notices.printing.test_rendering import CREATED, NO_GLYPH

Template = Callable[[str], str]
TEXT = "安泽县㟃犇垚峪堌昇村，㎡≥①℃ A-1 鿍"
RARE = "㟃𬒔"


def fonts_of(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {str(font.BaseFont) for page in pdf.pages for font in page.Resources.get("/Font", {}).values()}


def pictures(content: bytes, folder: Path) -> list[Image.Image]:
    """Return the first page as poppler, MuPDF and pdfium show it, in grey, small enough that edges do not count."""
    source = folder / "page.pdf"
    source.write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "72", "-png", "-singlefile", source, folder / "poppler"], check=True)
    drawn = folder / "mupdf.png"
    subprocess.run(["mutool", "draw", "-q", "-r", "72", "-o", drawn, source, "1"], check=True)
    with pypdfium2.PdfDocument(content) as document:
        pdfium = document[0].render(scale=1).to_pil()
    found = [Image.open(folder / "poppler.png"), Image.open(drawn), pdfium]
    return [picture.convert("L").resize((149, 210), Image.Resampling.BOX) for picture in found]


def test_poppler_mupdf_and_pdfium_show_the_same_characters(template: Template, tmp_path: Path) -> None:
    name = template("<h1>{{ text }}</h1><p>{{ text }}<strong>{{ text }}</strong></p>")
    printed = print_pdf(name, {"text": TEXT}, title="测试", created=CREATED)
    assert faults(printed.content, "A") == []
    first, *others = pictures(printed.content, tmp_path)
    assert sum(first.histogram()[:200]) > 50
    for other in others:
        # With the CIDs of the whole font it is about two hundred between poppler and MuPDF.
        difference = sum(ImageChops.difference(first, other).histogram()[64:])
        assert difference < 10, "another reader shows other characters"


def test_a_file_is_at_most_six_tenths_of_one_with_the_installed_fonts(template: Template) -> None:
    name = template("<h1>{{ text }}</h1><p>{{ text }}<strong>{{ text }}</strong></p>")
    context = {"text": "环境影响报告书征求意见稿全文公示"}
    ours, installed = (
        print_pdf(name, context, title="测试", created=CREATED, own_fonts=own).content
        for own in (True, False)
    )
    assert len(ours) < 0.6 * len(installed)
    assert all("Notice" in font or "Noto" in font for font in fonts_of(ours))


def test_a_character_outside_the_cut_comes_from_the_installed_font(template: Template) -> None:
    name = template("{% for char in chars %}<h1 class='break-before'>{{ char }}</h1>{% endfor %}")
    content = print_pdf(name, {"chars": f"一{RARE}"}, title="测试", created=CREATED).content
    assert faults(content, "A") == []
    nothing = print_pdf(
        name, {"chars": NO_GLYPH}, title="测试", created=CREATED, missing_glyphs="spell"
    ).content
    with pypdfium2.PdfDocument(content) as document, pypdfium2.PdfDocument(nothing) as other:
        shown = [page.render(scale=2).to_pil().convert("L").tobytes() for page in document]
        spelled = other[0].render(scale=2).to_pil().convert("L").tobytes()
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len({*shown, spelled}) == 4
    assert all(char in text for char in RARE)


def test_a_face_is_cut_once_and_always_to_the_same_bytes(tmp_path: Path) -> None:
    first = font_path(FONTS[0], tmp_path / "a")
    before = first.stat().st_mtime_ns
    assert font_path(FONTS[0], tmp_path / "a").stat().st_mtime_ns == before
    assert font_path(FONTS[0], tmp_path / "b").read_bytes() == first.read_bytes()
    assert [path.name for path in (tmp_path / "a").iterdir()] == [first.name]


def test_the_versions_of_a_file_name_the_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    assert part_versions()["print_fonts"] == "1"
    monkeypatch.setattr(parts, "PRINT_FONTS_VERSION", "2")
    assert part_versions()["print_fonts"] == "2"
