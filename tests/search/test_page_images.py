"""Pictures of report pages: drawn once, kept within bounds, refused rather than queued, kept by browsers."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore, Event
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from notices.models import Attachment
from search import page_images
from search.extraction import RenderingError
from search.page_images import BusyError, page_image
from tests.factories import make_notice

PICTURE = b"\xff\xd8" + b"x" * 1000


class Painter:
    """Remembers what it draws; takes until ``may_end`` is set, and fails when told to."""

    def __init__(self) -> None:
        self.drawn: list[int] = []
        self.begun, self.may_end = Event(), Event()
        self.may_end.set()
        self.fails = False

    def __call__(self, path: Path, number: int, *, max_bytes: int) -> bytes:
        self.drawn.append(number)
        self.begun.set()
        assert self.may_end.wait(60)
        if self.fails:
            raise RenderingError("读取文件超时")
        return PICTURE


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Painter:
    settings.DATA_DIR = tmp_path
    painter = Painter()
    monkeypatch.setattr(page_images, "render_page", painter)
    return painter


def a_report() -> Attachment:
    return Attachment(sha256="ab" * 32, file="ab/" + "ab" * 32)


def kept(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[1] for path in folder.glob("pages/*/*"))


def test_a_page_is_drawn_once_even_when_several_ask_at_the_same_time(painter: Painter) -> None:
    painter.may_end.clear()
    with ThreadPoolExecutor(page_images.SEATS) as readers:
        asked = [readers.submit(page_image, a_report(), 7) for _reader in range(page_images.SEATS)]
        assert painter.begun.wait(60)
        painter.may_end.set()
        pictures = [each.result() for each in asked]
    assert pictures == [PICTURE] * page_images.SEATS
    assert page_image(a_report(), 7) == PICTURE
    assert painter.drawn == [7]


def test_who_comes_when_all_seats_are_taken_is_told_at_once(painter: Painter, monkeypatch: Any) -> None:
    monkeypatch.setattr(page_images, "_seats", BoundedSemaphore(1))
    painter.may_end.clear()
    with ThreadPoolExecutor(1) as robot:
        first = robot.submit(page_image, a_report(), 1)
        assert painter.begun.wait(60)
        for number in range(2, 6):
            with pytest.raises(BusyError):
                page_image(a_report(), number)
        painter.may_end.set()
        assert first.result() == PICTURE
    assert painter.drawn == [1]
    assert page_image(a_report(), 2) == PICTURE


def test_who_waits_for_a_slot_in_vain_is_told(painter: Painter, monkeypatch: Any) -> None:
    monkeypatch.setattr(page_images, "LONGEST_WAIT", 0.1)
    painter.may_end.clear()
    with ThreadPoolExecutor(1) as robot:
        first = robot.submit(page_image, a_report(), 1)
        assert painter.begun.wait(60)
        with pytest.raises(BusyError):
            page_image(a_report(), 1 + page_images.SLOTS)
        painter.may_end.set()
        assert first.result() == PICTURE
    assert page_image(a_report(), 1 + page_images.SLOTS) == PICTURE


def test_a_full_disk_costs_nobody_the_picture(painter: Painter, monkeypatch: Any, tmp_path: Path) -> None:
    def full(**_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    assert page_image(a_report(), 1) == PICTURE
    painter.fails = True
    with pytest.raises(RenderingError):
        page_image(a_report(), 2)
    assert kept(tmp_path) == []


def test_where_no_slot_can_be_made_one_is_asked_to_come_back(painter: Painter, tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"")
    for _time in range(page_images.SEATS + 1):
        with pytest.raises(BusyError):
            page_image(a_report(), 1)
    assert painter.drawn == []


def test_what_is_kept_stays_within_its_bound_and_the_longest_unused_goes_first(
    painter: Painter, settings: Settings, tmp_path: Path
) -> None:
    settings.PAGE_IMAGES_MAX_BYTES = 5 * len(PICTURE)
    for number in range(1, 6):
        page_image(a_report(), number)
    long_ago = time.time() - 3 * page_images.DAY
    for path in tmp_path.glob("pages/*/*"):
        os.utime(path, (long_ago, long_ago + int(path.name.split("-")[1])))
    page_image(a_report(), 1)  # looked at again
    page_image(a_report(), 6)
    assert kept(tmp_path) == ["1", "4", "5", "6"]


def test_a_page_that_cannot_be_drawn_is_not_tried_again_at_once(painter: Painter, tmp_path: Path) -> None:
    painter.fails = True
    for _time in range(3):
        with pytest.raises(RenderingError):
            page_image(a_report(), 1)
    assert painter.drawn == [1]
    (failed,) = tmp_path.glob("pages/*/*")
    long_ago = time.time() - 2 * page_images.RETRY_AFTER
    os.utime(failed, (long_ago, long_ago))
    painter.fails = False
    assert page_image(a_report(), 1) == PICTURE


@pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])
def test_browsers_keep_a_picture_under_the_address_that_names_its_file(
    painter: Painter, client: Any, admin_client: Any, monkeypatch: Any
) -> None:
    report = make_notice().attachments.get()
    address = f"/n/{report.notice.record.code}/report/{report.pk}/1/"
    html = client.get(address).content.decode()
    source = f"{address}image?v={page_images.picture_version(report)}"
    assert f'src="{source}"' in html
    answer = client.get(source)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PICTURE, "image/jpeg")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get(f"{address}image?v=other")["Cache-Control"]
    again = client.get(f"/n/{report.notice.record.code}/report/{report.pk}/2/image")
    assert again["ETag"] != answer["ETag"]
    asked = client.get(source, headers={"If-None-Match": answer["ETag"]})
    assert (asked.status_code, asked.content, asked["ETag"]) == (304, b"", answer["ETag"])
    monkeypatch.setattr(page_images, "_seats", BoundedSemaphore(1))
    page_images._seats.acquire()
    busy = client.get(f"/n/{report.notice.record.code}/report/{report.pk}/3/image")
    assert (busy.status_code, busy["Retry-After"], busy["Cache-Control"]) == (503, "5", "no-store")
    hidden = make_notice(stage="draft").attachments.get()
    secret = f"/n/{hidden.notice.record.code}/report/{hidden.pk}/1/image"
    assert client.get(secret, headers={"If-None-Match": "*"}).status_code == 404
    page_images._seats.release()
    assert admin_client.get(secret)["Cache-Control"] == "private, no-store"
