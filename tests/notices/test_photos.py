"""What a photo says about itself, and which files are no photos."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile

from notices import photos
from notices.evidence_services import MAX_BYTES, prepare_file
from notices.photos import PhotoError, read_photo
from tests.pdf import make_pdf
from tests.photos import photo, photo_bytes


def read(**fields: Any) -> Any:
    return read_photo(BytesIO(photo_bytes(**fields)))


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:11:20 09:30:00", "", "2026-11-20T09:30:00+08:00"),
        ("2026:11:20 09:30:00", "+08:00", "2026-11-20T09:30:00+08:00"),
        ("2026:11:20 09:30:00", "-03:30", "2026-11-20T09:30:00-03:30"),
        ("2026:11:20 09:30:00", "nonsense", "2026-11-20T09:30:00+08:00"),
        ("0000:00:00 00:00:00", "", None),
        ("gestern", "", None),
        ("", "", None),
    ],
)
def test_the_time_of_the_shutter_is_read(taken: str, offset: str, expected: str | None) -> None:
    found = read(taken=taken, offset=offset).taken_at
    assert found == (datetime.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("HEIF", "image/heic")],
)
def test_the_format_is_told_from_the_content(kind: str, content_type: str) -> None:
    assert read(kind=kind).content_type == content_type


def test_other_files_are_no_photos() -> None:
    for content in (b"", b"text", make_pdf(["page"]), b"GIF89a" + bytes(20)):
        assert read_photo(BytesIO(content)) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_that_is_cut_off_is_damaged_whatever_other_parts_allow(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    content = photo_bytes(kind=kind, size=(600, 600))
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(BytesIO(content[: len(content) * 2 // 3]))


def test_a_bomb_of_pixels_is_refused_from_its_header() -> None:
    buffer = BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    with pytest.raises(PhotoError, match="huge"):
        read_photo(buffer)


def test_heic_on_a_machine_that_cannot_read_it_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photos, "HEIC_READABLE", False)
    with pytest.raises(ValidationError, match="改存为 JPG"):
        prepare_file(photo("IMG.HEIC", kind="HEIF"))


def test_what_is_no_proof_is_refused_with_its_name() -> None:
    large = photo()
    large.size = MAX_BYTES + 1
    for upload, reason in (
        (SimpleUploadedFile("空.jpg", b""), "空文件"),
        (large, "30 MB"),
        (SimpleUploadedFile("脚本.jpg", b"<html><script>"), "不是照片或 PDF"),
        (SimpleUploadedFile("坏.jpg", photo_bytes(size=(600, 600))[:900]), "已损坏"),
    ):
        with pytest.raises(ValidationError, match=reason):
            prepare_file(upload)


def test_a_name_loses_path_and_control_characters() -> None:
    assert prepare_file(photo("..\\照\r\n片\u202e.jpg")).name == "照片.jpg"
