"""What nobody expects in a document: very long texts, emoji, rare Han, direction marks, broken pictures."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable

import pytest
from PIL import Image

from notices.printing import PrintingFaultError, render_pdf
from tests.notices.printing.pdfa import faults
from tests.notices.printing.test_rendering import CREATED, text_of

Template = Callable[[str], str]


def picture(kind: str = "JPEG", comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    image, exif = Image.new("RGB", (40, 30), "white"), Image.Exif()
    exif[0x010E] = comment.decode("latin-1") or "x"
    image.save(buffer, kind, exif=exif)
    return buffer.getvalue()


def with_picture(template: Template, content: bytes) -> bytes:
    name = template('<p>图</p><img alt="照片" src="data:image/jpeg;base64,{{ data }}">')
    return render_pdf(name, {"data": b64encode(content).decode()}, title="测试", created=CREATED)


@pytest.mark.parametrize("content", [b"", b"no picture", picture()[:60]], ids=["empty", "text", "cut off"])
def test_a_corrupt_picture_is_a_clear_fault_and_no_white_hole(template: Template, content: bytes) -> None:
    with pytest.raises(PrintingFaultError):
        with_picture(template, content)


def test_huge_exif_does_not_reach_the_document(template: Template) -> None:
    comment = b"secret place " * 4000
    content = with_picture(template, picture(comment=comment))
    assert faults(content, "A") == []
    assert len(content) < 150_000 + len(comment)


def test_emoji_flags_and_characters_of_the_last_planes_are_spelled_or_shown(template: Template) -> None:
    wrote = "好\U0001f600差\U0001f1e8\U0001f1f3，𠮷𪚥𮯠\U000323af\u200d\ufe0f完"
    content = render_pdf(
        template("<p>{{ text }}</p>"), {"text": wrote}, title="测试", created=CREATED, missing_glyphs="spell"
    )
    text = "".join(text_of(content).split())
    assert "〔U+1F600〕" in text or "\U0001f600" in text
    assert "𠮷" in text
    assert "〔U+323AF〕完" in text
    assert faults(content, "A") == []


def test_forty_thousand_characters_without_a_line_end_are_printed_whole(template: Template) -> None:
    wrote = "渗滤液收集池的水位每天都要记录" * 2667
    content = render_pdf(
        template("<p>{{ text }}</p>"), {"text": wrote}, title="测试", created=CREATED, variant="pdf/a-3u"
    )
    text = "".join(text_of(content).split())
    assert text.count("渗滤液收集池") >= 2600
    assert len(text) > 40_000


def test_control_characters_and_marks_of_direction_do_not_break_a_name(template: Template) -> None:
    name = "井水\u202egpj.\x00\x1b[31m照片.pdf"
    content = render_pdf(
        template("<p>{{ name }}</p>"), {"name": name}, title="测试", created=CREATED, missing_glyphs="spell"
    )
    assert "井水gpj.[31m照片.pdf" in text_of(content)
    assert faults(content, "A") == []
