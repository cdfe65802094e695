"""What nobody expects, from the opinion form to everything that is made of it: a right document, or a message that says what to do."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices.archive import services as archive_services
from notices.archive.packages.services import make_package
from notices.archive.packages.verify import verify
from notices.archive.volumes import make_volumes, making
from notices.exports.models import ExportFormat, Profile
from notices.exports.services import write_records
from notices.models import NoticePage
from notices.opinions.models import Opinion, OpinionFile
from notices.printing import PrintedFile, PrintedPath, PrintOrder
from notices.printing.job import Job
from notices.printing.rendering import print_html
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, Filler
from tests.people import make_people
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AFTER = END + timedelta(hours=2)
LONG = "渗滤液收集池的水位每天都要记录" * 2700
FORMULA = '=HYPERLINK("http://evil.example","点我")'
RARE = "犇垚峪堌㟃𠮷𬒔 😀 <b>&amp;"
CONTROL = "响铃\x07，断\x00行\u202e。"
TEXTS = {LONG[:40_000]: "水位", FORMULA: "HYPERLINK", RARE: "𬒔", CONTROL: "响铃"}


def with_huge_exif() -> bytes:
    """Return a photo with 60 kilobytes of somebody's address in its EXIF data."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "secret place " * 4600
    Image.new("RGB", (64, 48), "white").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def print_here(orders: Iterable[tuple[int, PrintOrder]], folder: Path) -> Iterator[tuple[int, PrintedPath]]:
    """Print in this process."""
    for key, order in orders:
        job = Job(order.variant, order.title, order.lang, order.created)
        made = print_html(order.html, job, missing_glyphs=order.missing_glyphs)
        path = folder / uuid4().hex
        path.write_bytes(made.content)
        yield key, PrintedPath(path, made.pages)


@pytest.fixture
def page() -> NoticePage:
    cache.clear()
    return make_notice(now=PUBLISHED)


def submit(page: NoticePage, text: str, *uploads: SimpleUploadedFile) -> tuple[list[str], str]:
    """Fill in the form of a browser without JavaScript; return the answer to each file and the last page."""
    typed = {"text": text, "contact": "13900000001"}
    filler, answers = Filler(page), []
    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False) as clock:
        filler.open()
        clock.shift(20)
        for each in uploads:
            answers.append(filler.post("add", files=each, **typed).content.decode())
        named = list(OpinionFile.objects.filter(opinion=None).values_list("sha256", flat=True))
        last = filler.post("send", "check", file_hash=named, **typed)
        assert last.status_code == 200
    return answers, last.content.decode()


def test_bad_texts_go_through_form_volume_tables_and_package(
    page: NoticePage,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    printed_text: Callable[[bytes], str],
) -> None:
    monkeypatch.setattr(making, "print_in_children", print_here)
    monkeypatch.setattr(archive_services, "_printed", lambda edition: PrintedFile(b"%PDF-1.7 x", 1))
    people = make_people()
    for text in TEXTS:
        submit(page, text)
    kept = list(Opinion.objects.order_by("sequence").values_list("text", flat=True))
    assert kept[:3] == list(TEXTS)[:3]
    assert "\x00" not in kept[3]

    (volume,) = make_volumes(record_id=page.record.pk, now=AFTER)
    with volume.file.open("rb") as handle:
        printed = printed_text(handle.read())
    assert all(word in printed for word in TEXTS.values())
    assert printed.count("渗滤液收集池") >= 2600

    for export_format in (ExportFormat.CSV, ExportFormat.XLSX):
        made = io.BytesIO()
        write_records(
            notice=page,
            profile=Profile.BUREAU,
            export_format=export_format,
            handle=made,
            cover=(),
            now=AFTER,
        )
        if export_format == ExportFormat.CSV:
            table = csv.DictReader(io.StringIO(made.getvalue().decode("utf-8-sig"), newline=""))
            written = [row["意见原文"] for row in table]
            assert written[:3] == [kept[0], f"'{FORMULA}", RARE]
        else:
            book = openpyxl.load_workbook(io.BytesIO(made.getvalue()))
            column = next(cell.column for cell in book["意见记录"][1] if cell.value == "意见原文")
            assert book["意见记录"].cell(3, column).data_type == "s"
            assert book["意见记录"].cell(4, column).value == RARE
            assert "续文" in book.sheetnames

    target = tmp_path / "包.zip"
    make_package(
        record=NoticePage.objects.get(pk=page.pk).record,
        user=people.op,
        target=target,
        purpose="案卷",
        now=AFTER,
        profile=Profile.BUREAU,
    )
    assert verify(str(target)).faults == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.jpg", b"", "空文件"),
        ("断.jpg", photo_bytes(size=(600, 400))[:900], "照片已损坏"),
        ("假\x07.pdf", b"%PDF-1.7 garbage", "损坏"),
    ],
)
def test_a_bad_file_is_refused_on_the_form_by_its_name_and_the_text_is_sent(
    page: NoticePage, name: str, content: bytes, reason: str
) -> None:
    (answer,), _receipt = submit(page, "见附件。", upload(name, content))
    assert reason in answer
    assert name[0] in answer
    assert "\x07" not in answer
    assert Opinion.objects.get().files.count() == 0


def test_huge_exif_and_a_name_of_control_characters_end_in_a_clean_file_in_the_package(
    page: NoticePage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archive_services, "_printed", lambda edition: PrintedFile(b"%PDF-1.7 x", 1))
    people, name = make_people(), "井\x1b[31m\u202egpj.\x07照片.jpg"
    submit(page, "见附件。", upload(name, with_huge_exif()))
    opinion = Opinion.objects.get()
    assert opinion.files.count() == 1
    target = tmp_path / "包.zip"
    make_package(
        record=NoticePage.objects.get(pk=page.pk).record,
        user=people.op,
        target=target,
        purpose="案卷",
        now=AFTER,
        profile=Profile.BUREAU,
    )
    assert verify(str(target)).faults == []
    with zipfile.ZipFile(target) as archive:
        assert all(entry.isprintable() for entry in archive.namelist())
        pictures = [entry for entry in archive.namelist() if entry.endswith(".jpg")]
        assert all(b"secret place" not in archive.read(entry) for entry in pictures)
