"""Files from outside become pages of text and page images, or a plain sentence why not."""

import json
import random
import subprocess
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from weasyprint import HTML

from search.extraction import (
    Limits,
    RenderingError,
    extract_pages,
    image_type,
    inspect_document,
    render_document,
    render_page,
)

TEXTS = ["第一页 尾矿库渗滤液收集池 项目代码2202-141026-89-05-701804", "第二页 防渗膜与地下水监测井的布置"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages of text, a scan with a page number, a blank page."""
    folder = tmp_path_factory.mktemp("report")
    style = "<style>body{font-family:'Noto Sans CJK SC'} p{break-after:page}</style>"
    HTML(string=style + "".join(f"<p>{text * 3}</p>" for text in TEXTS)).write_pdf(folder / "text.pdf")
    picture = Image.effect_noise((400, 560), 80).convert("RGB")
    picture.save(folder / "scan.pdf", "PDF")
    with (
        pikepdf.open(folder / "text.pdf") as text,
        pikepdf.open(folder / "scan.pdf") as scan,
        pikepdf.new() as whole,
    ):
        whole.pages.extend([text.pages[0], text.pages[1], scan.pages[0]])
        whole.add_blank_page()
        whole.save(folder / "report.pdf")
    return folder / "report.pdf"


def bomb(path: Path, size: int) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        packed = zlib.compress(b"0 0 m 9 9 l S\n" * (size // 14), 9)
        pdf.pages[0].Contents = pikepdf.Stream(pdf, packed, Filter=pikepdf.Name.FlateDecode)
        pdf.save(path)
    return path


def test_every_page_gives_its_text_and_scans_are_told_apart(report: Path) -> None:
    extraction = extract_pages(report)
    assert (extraction.page_count, extraction.encrypted, extraction.error) == (4, False, None)
    assert [page.number for page in extraction.pages] == [1, 2, 3, 4]
    assert [page.has_text_layer for page in extraction.pages] == [True, True, False, True]
    joined = "".join(extraction.pages[0].text.split())
    assert "尾矿库渗滤液收集池项目代码2202-141026-89-05-701804" in joined


def test_facts_count_pages_and_the_share_that_can_be_searched(report: Path) -> None:
    found = inspect_document(report)
    assert (found.page_count, found.text_share, found.reasons) == (4, 0.75, ())
    assert found.pages_without_text == (3,)


def test_a_page_becomes_a_picture_for_a_phone(report: Path) -> None:
    data = render_page(report, 1)
    assert len(data) <= 150_000
    assert image_type(data) == "image/png"
    with Image.open(BytesIO(data)) as picture:
        assert picture.width == 1100


def test_a_picture_that_does_not_compress_is_made_smaller_until_it_fits(report: Path) -> None:
    data = render_page(report, 3, max_bytes=20_000)
    assert len(data) <= 20_000
    with Image.open(BytesIO(data)) as picture:
        picture.verify()


def test_scans_and_dense_drawings_in_colour_stay_within_the_size_that_a_phone_loads(tmp_path: Path) -> None:
    dice = random.Random(1)
    lines = "".join(
        f"{dice.random():.2f} {dice.random():.2f} {dice.random():.2f} RG "
        f"{dice.random() * 842:.1f} {dice.random() * 595:.1f} m {dice.random() * 842:.1f} {dice.random() * 595:.1f} l S\n"
        for _line in range(20_000)
    )
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(842, 595))
        pdf.pages[0].Contents = pikepdf.Stream(pdf, lines.encode())
        pdf.save(tmp_path / "drawing.pdf")
    Image.effect_noise((1654, 2339), 90).convert("RGB").save(tmp_path / "scan.pdf", "PDF", resolution=200)
    for name in ("drawing.pdf", "scan.pdf"):
        data = render_page(tmp_path / name, 1)
        assert 20_000 < len(data) <= 150_000
        with Image.open(BytesIO(data)) as picture:
            assert picture.width >= 500


@pytest.mark.parametrize("number", [0, 5])
def test_a_page_that_is_not_there_has_no_picture(report: Path, number: int) -> None:
    with pytest.raises(RenderingError, match="没有这一页"):
        render_page(report, number)


def test_a_document_in_memory_becomes_a_strip_cut_off_below_its_last_line() -> None:
    style = "<style>@page{size:360px 3000px;margin:20px} body{font-family:'Noto Sans CJK SC'}</style>"
    picture = render_document(
        HTML(string=f"{style}<p>{TEXTS[0]}</p>").write_pdf(), width=720, max_bytes=100_000
    )
    strip = Image.open(BytesIO(picture))
    assert (image_type(picture), strip.width) == ("image/png", 720)
    assert strip.height < 400
    for content in (b"", b"%PDF-1.7 damaged"):
        with pytest.raises(RenderingError):
            render_document(content, width=720, max_bytes=100_000)


def test_a_picture_that_somebody_waits_for_does_not_stand_behind_the_web_server(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[int] = []
    run = subprocess.run

    def noting(command: list[str], **options: Any) -> Any:
        orders.append(json.loads(command[-1])["limits"]["niceness"])
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    assert render_document(report.read_bytes(), width=720, max_bytes=300_000)
    assert render_page(report, 1)
    assert orders[0] == 0 < orders[1]


def test_a_password_is_reported(report: Path, tmp_path: Path) -> None:
    with pikepdf.open(report) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
    extraction = extract_pages(tmp_path / "locked.pdf")
    assert extraction.encrypted
    assert extraction.error is not None
    assert "密码" in extraction.error


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"%PDF-1.7\nnothing else", "已损坏"),
        (b"MZ\x00\x00", "只能读取 PDF"),
        (b"PK\x03\x04 not a zip", "只能读取 PDF"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    error = extract_pages(path).error
    assert error is not None
    assert words in error
    assert inspect_document(path).reasons


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    error = extract_pages(tmp_path / "none.pdf").error
    assert error is not None
    assert "找不到" in error


def test_a_cut_off_file_is_an_error_and_never_an_exception(report: Path, tmp_path: Path) -> None:
    whole = report.read_bytes()
    for share in (0.2, 0.5, 0.9):
        path = tmp_path / "cut.pdf"
        path.write_bytes(whole[: int(len(whole) * share)])
        extraction = extract_pages(path)
        assert extraction.error is not None or extraction.page_count == len(extraction.pages)


def test_limits_on_size_pages_and_text_are_kept(report: Path) -> None:
    assert "过大" in str(extract_pages(report, limits=Limits(file_bytes=100)).error)
    few = extract_pages(report, limits=Limits(pages=1))
    assert [page.number for page in few.pages] == [1]
    assert "页数过多" in str(few.error)
    short = extract_pages(report, limits=Limits(characters=150))
    assert len(short.pages) == 1
    assert "文字过多" in str(short.error)


def test_a_bomb_is_stopped_by_time_or_memory(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.pdf", 200_000_000)
    assert path.stat().st_size < 3_000_000
    memory = extract_pages(path, limits=Limits(memory_bytes=256 * 1024 * 1024))
    assert memory.pages == ()
    assert memory.error is not None
    slow = extract_pages(path, limits=Limits(cpu_seconds=1, wall_seconds=20))
    assert "超时" in str(slow.error)
    wall = extract_pages(path, limits=Limits(wall_seconds=0.5))
    assert "超时" in str(wall.error)
