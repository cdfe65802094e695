"""Printing: archival structure, the same bytes for the same record, no silent loss, no way to the network."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pikepdf
import pypdfium2
import pytest
from django.utils import timezone, translation

from notices.printing import (
    EmbeddedFile,
    PrintingFaultError,
    PrintingUnavailable,
    UnprintableTextError,
    engine,
    missing_parts,
    parts,
    print_pdf,
    render_pdf,
)
from tests.notices.printing.pdfa import faults, metadata

CREATED = datetime(2026, 3, 17, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
RARE = "㟃犇垚峪堌𬒔昇"
NO_GLYPH = "\U0010fffd"
Template = Callable[[str], str]


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def ink_of_pages(content: bytes) -> list[int]:
    """Return the number of dark pixels of each page."""
    with pypdfium2.PdfDocument(content) as document:
        pictures = [page.render(scale=2).to_pil().convert("L") for page in document]
    return [sum(picture.histogram()[:128]) for picture in pictures]


def test_everything_that_printing_needs_is_installed() -> None:
    assert missing_parts() == []


@pytest.mark.parametrize(("variant", "conformance"), [("pdf/a-3a", "A"), ("pdf/a-3u", "U")])
def test_a_document_has_the_structure_of_its_pdfa_level(
    template: Template, variant: str, conformance: str
) -> None:
    name = template("<h1>标题</h1><p>正文 <strong>粗体</strong></p><ol><li>一</li></ol>")
    content = render_pdf(name, {}, variant=variant, title="测试", created=CREATED)
    assert faults(content, conformance) == []


def test_the_document_says_its_title_its_language_and_no_date_but_the_records(template: Template) -> None:
    content = render_pdf(template("<p>正文</p>"), {}, title="青岭沟项目公示", created=CREATED)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.docinfo["/Title"]) == "青岭沟项目公示"
        assert str(pdf.docinfo["/CreationDate"]) == str(pdf.docinfo["/ModDate"]) == "D:20260317093000+08'00"
    xmp = metadata(content)
    assert xmp.count("2026-03-17T09:30:00+08:00") == 2
    assert timezone.localdate().isoformat() not in xmp


def test_the_same_record_gives_the_same_bytes_whoever_asks(template: Template) -> None:
    name = template("{% load i18n %}<p>{{ at|date:'Y-m-d H:i' }} {% translate '公示' %} 犇</p>")
    attached = [EmbeddedFile("记录.json", b"{}", CREATED)]

    def make() -> bytes:
        return render_pdf(name, {"at": CREATED}, title="测试", created=CREATED, attachments=attached)

    first = make()
    with translation.override("en"), timezone.override("UTC"):
        assert make() == first


def test_another_process_prints_the_same_bytes() -> None:
    program = (
        "import hashlib, datetime as d, zoneinfo\n"
        "from notices.printing import render_pdf\n"
        "at = d.datetime(2026, 3, 17, 9, 30, tzinfo=zoneinfo.ZoneInfo('Asia/Shanghai'))\n"
        "c = {'title': '报告', 'chapters': [('第一章', ['渗滤液不外排。', '堌'])]}\n"
        "pdf = render_pdf('archive/plain_document_pdf.html', c, title='报告', created=at)\n"
        "digest = hashlib.sha256(pdf).hexdigest()\n"
    )
    here: dict[str, str] = {}
    exec(program, here)
    there = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{program}print(digest)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert there.stdout.strip() == here["digest"]


def test_rare_characters_of_place_names_come_out_as_glyphs_and_as_text(template: Template) -> None:
    name = template("{% for char in chars %}<h1 class='break-before'>{{ char }}</h1>{% endfor %}")
    content = render_pdf(name, {"chars": "一" + RARE}, title="测试", created=CREATED)
    assert faults(content, "A") == []
    text = text_of(content)
    assert all(char in text for char in RARE)
    simplest, *rare = ink_of_pages(content)
    assert len(rare) == len(RARE)
    assert min(rare) > simplest + 50


def test_a_character_without_a_glyph_is_refused_and_named(template: Template) -> None:
    with pytest.raises(UnprintableTextError, match=r"U\+10FFFD") as refusal:
        render_pdf(template(f"<p>有{NO_GLYPH}字</p>"), {}, title="测试", created=CREATED)
    assert refusal.value.characters == (NO_GLYPH,)


def test_what_the_public_wrote_is_printed_with_such_a_character_spelled_out(template: Template) -> None:
    content = render_pdf(
        template(f"<p>有{NO_GLYPH}字</p>"), {}, title="测试", created=CREATED, missing_glyphs="spell"
    )
    assert "有〔U+10FFFD〕字" in text_of(content)
    assert faults(content, "A") == []


def test_control_characters_are_left_out(template: Template) -> None:
    content = render_pdf(
        template("<p>{{ text }}</p>"), {"text": "上\x00\x07\x0b下"}, title="x", created=CREATED
    )
    assert "上下" in text_of(content)


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="http://127.0.0.1:9/x.png">',
        '<img alt="x" src="https://example.com/x.png">',
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="static:../settings/base.py">',
        '<link rel="stylesheet" href="https://example.com/x.css">',
    ],
)
def test_nothing_is_fetched_from_anywhere(template: Template, body: str) -> None:
    with pytest.raises(PrintingFaultError):
        render_pdf(template(body), {}, title="测试", created=CREATED)


def test_packaged_static_files_and_embedded_data_are_printed(template: Template) -> None:
    name = template('<p>图</p><img alt="标志" src="static:portal/img/favicon.png">')
    assert faults(render_pdf(name, {}, title="测试", created=CREATED), "A") == []


def test_a_style_that_is_not_understood_is_an_error(template: Template) -> None:
    with pytest.raises(PrintingFaultError, match="no-such-property"):
        render_pdf(template('<p style="no-such-property: 1">文</p>'), {}, title="测试", created=CREATED)


def test_a_picture_without_words_is_an_error(template: Template) -> None:
    with pytest.raises(PrintingFaultError, match="alt"):
        render_pdf(template('<img src="static:portal/img/favicon.png">'), {}, title="测试", created=CREATED)


def test_a_time_without_a_zone_is_refused(template: Template) -> None:
    with pytest.raises(ValueError, match="time zone"):
        render_pdf(template("<p>文</p>"), {}, title="测试", created=CREATED.replace(tzinfo=None))


def test_embedded_files_carry_name_date_and_relation(template: Template) -> None:
    file = EmbeddedFile("记录.json", b'{"a": 1}', CREATED, "登记数据", "Data")
    content = render_pdf(template("<p>文</p>"), {}, title="测试", created=CREATED, attachments=[file])
    assert faults(content, "A") == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        embedded = pdf.Root.AF[0]
        assert (str(embedded.UF), str(embedded.AFRelationship)) == ("记录.json", "/Data")
        assert embedded.EF.F.read_bytes() == b'{"a": 1}'
        assert str(embedded.EF.F.Params.CreationDate) == "D:20260317013000Z"


def test_a_long_report_is_printed_with_cover_contents_bookmarks_and_page_numbers() -> None:
    paragraph = "沟底清基后铺设压实黏土，其上铺防渗膜，接缝逐条充气检验，雨季停止深挖作业。" * 5
    chapters = [(f"第{number}章", [paragraph] * 14) for number in range(1, 13)]
    context = {"title": "青岭沟项目环境影响报告书（征求意见稿）", "chapters": chapters, "demo": True}
    printed = print_pdf("archive/plain_document_pdf.html", context, title="报告书", created=CREATED)
    assert printed.pages >= 25
    assert faults(printed.content, "A") == []
    text = text_of(printed.content)
    assert f"第 2 页，共 {printed.pages} 页" in text
    with pikepdf.open(io.BytesIO(printed.content)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root] + [c.title for i in outline.root for c in i.children]
    assert [title for title in titles if title.endswith("章")] == [heading for heading, _ in chapters]


class TestWithoutTheLibraries:
    @pytest.fixture(autouse=True)
    def _nothing_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parts, "_load", lambda sonames: None)
        monkeypatch.setattr(parts, "_missing", parts._missing.__wrapped__)
        monkeypatch.setattr(parts, "installed_font", lambda family: None)

    def test_each_missing_part_is_named_with_its_package(self) -> None:
        missing = " ".join(missing_parts())
        for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk"):
            assert package in missing

    def test_printing_is_refused_with_the_line_that_installs_them(self) -> None:
        with pytest.raises(PrintingUnavailable, match=r"apt-get install .*libharfbuzz-subset0"):
            render_pdf("archive/base_pdf.html", {}, title="测试", created=CREATED)


def test_an_unknown_font_family_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "FAMILIES", ("没有这种字体",))
    monkeypatch.setattr(parts, "_missing", parts._missing.__wrapped__)
    assert missing_parts() == ["fonts-noto-cjk（字体 没有这种字体）"]


def test_importing_the_package_loads_no_pdf_library() -> None:
    program = (
        "import sys, django; django.setup(); import notices.printing, notices.archive.views;"
        "assert not any(name.split('.')[0] in ('weasyprint', 'cffi') for name in sys.modules), 'loaded'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_fonts_are_packed_once_and_to_what_weasyprint_would_write(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = template("<h1>标题</h1><p>正文 <strong>粗体</strong> 㟃</p>")
    packed: list[bytes] = []

    class Counting:
        def __init__(self, level: int) -> None:
            self._real = real(level=level)
            self.flush = self._real.flush

        def compress(self, data: bytes) -> bytes:
            packed.append(data)
            return self._real.compress(data)

    real = zlib.compressobj
    with monkeypatch.context() as counted:
        counted.setattr(zlib, "compressobj", Counting)
        content = render_pdf(name, {}, title="测试", created=CREATED)
    fonts = [data for data in packed if data[:4] == b"OTTO"]
    assert len(fonts) >= 2
    assert len(set(fonts)) == len(fonts)
    monkeypatch.setattr(engine, "_pack", lambda _document, _pdf: None)
    assert render_pdf(name, {}, title="测试", created=CREATED) == content
