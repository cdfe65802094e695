"""What a PDF or a Word file must not bring along, wherever it is hidden; and what may stay."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document
from pikepdf import Array, Dictionary, Name
from weasyprint import HTML

from search.extraction import Limits, inspect_document, reason_against_docx
from tests.pdf import make_pdf

Change = Callable[[pikepdf.Pdf], Any]


def altered(path: Path, change: Change, **options: Any) -> Path:
    """Write a two-page report with something added."""
    plain = path / "plain.pdf"
    plain.write_bytes(make_pdf(["第一章 总则。" * 10, "第二章 工程概况。" * 10]))
    with pikepdf.open(plain) as pdf:
        change(pdf)
        pdf.save(path / "altered.pdf", **options)
    return path / "altered.pdf"


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _open_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = script()


def _named_script(pdf: pikepdf.Pdf) -> None:
    kid = pdf.make_indirect(Dictionary(Names=Array(["start", pdf.make_indirect(script())])))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Kids=Array([kid])))


def _script_after_a_harmless_action(pdf: pikepdf.Pdf) -> None:
    following = Array([Dictionary(S=Name.GoTo), pdf.make_indirect(script())])
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.GoTo, Next=following))
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def _script_on_a_field(pdf: pikepdf.Pdf) -> None:
    field = Dictionary(FT=Name.Tx, AA=Dictionary(K=script()))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def _script_deep_in_arrays(pdf: pikepdf.Pdf) -> None:
    inner = Array([Dictionary(Data=Array([script()]))])
    for _level in range(30):
        inner = Array([inner])
    pdf.Root.PieceInfo = Dictionary(Any=inner)


def _script_that_nothing_refers_to(pdf: pikepdf.Pdf) -> None:
    pdf.make_indirect(Dictionary(Hidden=script()))


def _script_in_an_outline(pdf: pikepdf.Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title="目录", A=script()))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))


def _launch(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].AA = Dictionary(O=Dictionary(S=Name.Launch, F="cmd.exe"))


def _submit(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.SubmitForm, F="https://example.com/")


def _embedded(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["note.txt"] = b"hello"


def _file_annotation(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment)])


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def _rich_media(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def _file_link(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(S=Name.URI, URI="file:///etc/passwd")
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=link)])


def _network_share(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(S=Name.GoToR, F="\\\\10.0.0.1\\share\\report.pdf")
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=link)])


def _giant_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = Array([0, 0, 1_000_000, 1_000_000])


def _giant_picture(pdf: pikepdf.Pdf) -> None:
    picture = pdf.make_stream(zlib.compress(b"\0" * 1000))
    picture.stream_dict.update({"/Subtype": Name.Image, "/Width": 100_000, "/Height": 100_000})
    pdf.Root.Pictures = pdf.make_indirect(picture)


def _bomb(pdf: pikepdf.Pdf) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0" * 10_000_000) for _ in range(30)) + packer.flush()
    pdf.pages[0].Contents = pikepdf.Stream(pdf, packed, Filter=Name.FlateDecode)


def _nested_bomb(pdf: pikepdf.Pdf) -> None:
    packed = zlib.compress(zlib.compress(zlib.compress(b"0" * 50_000_000, 9), 9), 9)
    filters = Array([Name.FlateDecode] * 3)
    pdf.pages[0].Contents = pikepdf.Stream(pdf, packed, Filter=filters)


FORBIDDEN: list[tuple[Change, str]] = [
    (_open_action, "脚本"),
    (_named_script, "脚本"),
    (_script_after_a_harmless_action, "脚本"),
    (_script_on_a_field, "脚本"),
    (_script_deep_in_arrays, "脚本"),
    (_script_that_nothing_refers_to, "脚本"),
    (_script_in_an_outline, "脚本"),
    (_launch, "打开其他程序"),
    (_submit, "向外发送"),
    (_embedded, "夹带了其他文件"),
    (_file_annotation, "夹带了其他文件"),
    (_xfa, "动态表单"),
    (_rich_media, "音频、视频"),
    (_file_link, "内部网络的链接"),
    (_network_share, "内部网络的链接"),
    (_giant_page, "尺寸不正常"),
    (_giant_picture, "异常庞大"),
    (_bomb, "异常庞大"),
    (_nested_bomb, "异常庞大"),
]


@pytest.mark.parametrize("packed", [False, True], ids=["plain objects", "object streams"])
@pytest.mark.parametrize(("change", "part"), FORBIDDEN, ids=[change.__name__ for change, _ in FORBIDDEN])
def test_what_can_act_or_explode_is_refused_with_its_reason(
    tmp_path: Path, change: Change, part: str, packed: bool
) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    # What nothing refers to would be left out on saving.
    path = altered(
        tmp_path,
        change,
        object_stream_mode=mode,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    if change is _script_that_nothing_refers_to:
        path = _append_object(path, b"<< /Hidden << /S /JavaScript /JS (app.alert\\(1\\)) >> >>")
    started = time.monotonic()
    found = inspect_document(path)
    assert any(part in reason for reason in found.reasons), found.reasons
    assert found.pages == ()
    assert time.monotonic() - started < 10


def _append_object(path: Path, body: bytes) -> Path:
    """Add an object by an incremental update, as a program that hides something would."""
    data = path.read_bytes()
    previous = int(data[data.rindex(b"startxref") :].split()[1])
    with pikepdf.open(path) as pdf:
        number = int(pdf.trailer.Size)
        root = pdf.Root.objgen[0]
    offset = len(data) + 1
    addition = b"\n%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data) + len(addition)
    data += addition + b"xref\n%d 1\n%010d 00000 n \n" % (number, offset)
    data += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        number + 1,
        root,
        previous,
        table,
    )
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("password", ["", "secret"])
def test_any_encryption_is_refused(tmp_path: Path, password: str) -> None:
    path = altered(tmp_path, lambda pdf: None, encryption=pikepdf.Encryption(user=password, owner="owner"))
    assert ["密码" in reason for reason in inspect_document(path).reasons] == [True]


@pytest.mark.parametrize("cut", [10, 400, 0.5, 0.95])
def test_a_broken_file_is_refused_or_read_and_never_hurts(tmp_path: Path, cut: float) -> None:
    data = make_pdf(["第一章 总则。" * 10] * 3)
    path = tmp_path / "cut.pdf"
    path.write_bytes(data[: int(cut if cut > 1 else cut * len(data))])
    found = inspect_document(path)
    assert found.reasons or found.page_count


def test_a_page_tree_that_bites_its_tail_is_refused(tmp_path: Path) -> None:
    data = make_pdf(["第一章"]).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    path = tmp_path / "tail.pdf"
    path.write_bytes(data)
    assert inspect_document(path).reasons


def test_a_page_count_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    def many(pdf: pikepdf.Pdf) -> None:
        blank = pdf.pages[0].obj
        for _copy in range(5001):
            pdf.pages.append(pikepdf.Page(blank))

    assert any("页数" in reason for reason in inspect_document(altered(tmp_path, many)).reasons)


def test_memory_and_time_end_the_reading_not_the_portal(tmp_path: Path) -> None:
    limits = Limits(memory_bytes=60_000_000, wall_seconds=5)
    assert inspect_document(altered(tmp_path, _bomb), limits=limits).reasons


@pytest.mark.parametrize("variant", [None, "pdf/a-3u"])
def test_a_report_with_bookmarks_links_and_fonts_is_taken(tmp_path: Path, variant: str | None) -> None:
    path = tmp_path / "report.pdf"
    html = (
        "<html lang=zh><title>报告书</title><style>body{font-family:'Noto Sans CJK SC'}</style>"
        "<h1 id=a>第一章 总则</h1><p><a href='#b'>第二章</a> <a href='https://example.com/'>网址</a> "
        "<a href='mailto:eia@example.com'>邮箱</a></p><h1 id=b style='break-before:page'>第二章 渗滤液</h1>"
    )
    HTML(string=html).write_pdf(path, **({"pdf_variant": variant} if variant else {}))
    found = inspect_document(path)
    assert (found.reasons, found.page_count) == ((), 2)


def word(path: Path) -> Path:
    document = Document()
    document.add_paragraph("公众参与说明")
    document.save(str(path / "plain.docx"))
    return path / "plain.docx"


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


TEMPLATE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="https://example.com/x" '
    b'TargetMode="External"/></Relationships>'
)
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Relationships>&a;</Relationships>'


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("word/vbaProject.bin", b"x", "宏"),
        ("word/embeddings/oleObject1.bin", b"x", "嵌入"),
        ("word/activeX/activeX1.xml", b"x", "嵌入"),
        ("word/_rels/settings.xml.rels", TEMPLATE % b"attachedTemplate", "外部模板"),
        ("word/_rels/other.xml.rels", ENTITIES, "损坏"),
        ("word/big.xml", b"0" * 70_000_000, "异常庞大"),
    ],
)
def test_what_a_word_file_must_not_hold_is_refused(
    tmp_path: Path, name: str, content: bytes, part: str
) -> None:
    assert part in (reason_against_docx(with_part(word(tmp_path), name, content)) or "")


def test_a_plain_word_file_with_a_link_is_taken(tmp_path: Path) -> None:
    assert reason_against_docx(word(tmp_path)) is None
    linked = with_part(word(tmp_path), "word/_rels/links.xml.rels", TEMPLATE % b"hyperlink")
    assert reason_against_docx(linked) is None


def test_a_truncated_word_file_is_refused(tmp_path: Path) -> None:
    path = word(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    assert "损坏" in (reason_against_docx(path) or "")
