"""Files of every kind are sent in parts to whoever resumes, whole else, and by the proxy where there is one."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.http import FileResponse, HttpRequest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from notices.models import Attachment
from portal.downloads import INTERNAL, Downloads
from tests.factories import make_notice
from tests.people import make_people

WHOLE = bytes(range(256)) * 1000


def ask(folder: Path, **headers: str) -> Any:
    """Return the answer to a request for a file of WHOLE."""
    path = folder / "whole.pdf"
    path.write_bytes(WHOLE)

    def view(_request: HttpRequest) -> FileResponse:
        return FileResponse(path.open("rb"), headers={"ETag": '"whole"'})

    return Downloads(view)(RequestFactory().get("/", headers=headers))


@pytest.fixture
def report(db: None) -> Attachment:
    return make_notice().attachments.get()


def address(report: Attachment) -> str:
    return f"/n/{report.notice.record.code}/files/{report.pk}/report.pdf"


@pytest.mark.parametrize(
    ("asked", "part", "named"),
    [
        ("bytes=0-9", slice(0, 10), "0-9"),
        ("bytes=100-", slice(100, None), "100-{last}"),
        ("bytes=-7", slice(-7, None), "{seventh}-{last}"),
        ("bytes=5-99999999999", slice(5, None), "5-{last}"),
        ("bytes=-99999999999", slice(None), "0-{last}"),
    ],
)
def test_a_part_is_sent_with_its_place_in_the_whole(
    tmp_path: Path, asked: str, part: slice, named: str
) -> None:
    whole = WHOLE
    answer = ask(tmp_path, range=asked)
    assert answer.status_code == 206
    assert answer.getvalue() == whole[part]
    assert int(answer["Content-Length"]) == len(whole[part])
    place = named.format(last=len(whole) - 1, seventh=len(whole) - 7)
    assert answer["Content-Range"] == f"bytes {place}/{len(whole)}"
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("asked", ["bytes={size}-", "bytes=-0", "bytes={size}-{size}"])
def test_a_part_beyond_the_end_is_refused_with_the_size(tmp_path: Path, asked: str) -> None:
    size = len(WHOLE)
    answer = ask(tmp_path, range=asked.format(size=size))
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{size}"


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=一-二", "bytes=" + "9" * 40 + "-"]
)
def test_what_makes_no_sense_or_is_several_parts_gets_the_whole_file(tmp_path: Path, asked: str) -> None:
    answer = ask(tmp_path, range=asked)
    assert answer.status_code == 200
    assert answer["Accept-Ranges"] == "bytes"
    assert answer.getvalue() == WHOLE


def test_a_broken_off_download_goes_on_when_the_file_is_the_same_and_starts_anew_when_not(
    client: Client, report: Attachment
) -> None:
    path = address(report)
    whole = client.get(path).getvalue()
    first = client.get(path, headers={"range": "bytes=0-99"})
    same = client.get(path, headers={"range": "bytes=100-", "if-range": first["ETag"]})
    assert (same.status_code, first.getvalue() + same.getvalue()) == (206, whole)
    for other in ('"another"', f"W/{first['ETag']}", "Tue, 01 Dec 2026 00:00:00 GMT"):
        anew = client.get(path, headers={"range": "bytes=100-", "if-range": other})
        assert (anew.status_code, anew.getvalue()) == (200, whole)


def test_whoever_has_the_file_is_told_so_and_whoever_asks_for_its_size_gets_no_more(
    client: Client, report: Attachment
) -> None:
    path = address(report)
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) == report.size
    assert head["Accept-Ranges"] == "bytes"
    assert client.get(path, headers={"if-none-match": head["ETag"]}).status_code == 304
    assert client.get(path, headers={"if-match": '"another"'}).status_code == 412


def test_a_large_file_takes_no_memory_whole_or_from_its_middle(tmp_path: Path) -> None:
    large = tmp_path / "annex.pdf"
    with large.open("wb") as file:
        file.truncate(300_000_000)

    for headers, size in (({}, 300_000_000), ({"range": "bytes=100000000-"}, 200_000_000)):
        with large.open("rb") as file:
            view = FileResponse(file)
            answer: Any = Downloads(lambda _request, view=view: view)(  # type: ignore[misc]
                RequestFactory().get("/", headers=headers)
            )
            tracemalloc.start()
            assert sum(map(len, answer)) == size
            _now, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < 1_000_000


def test_behind_a_proxy_the_portal_judges_and_the_proxy_sends(
    client: Client, report: Attachment, settings: Settings
) -> None:
    settings.SENDFILE = "nginx"
    answer = client.get(address(report), headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"{INTERNAL}{report.sha256[:2]}/{report.sha256}"
    assert answer["Content-Type"] == "application/pdf"
    assert "inline" in answer["Content-Disposition"]
    draft = make_notice(stage="draft", project_name="草稿项目").attachments.get()
    refused = client.get(address(draft))
    assert refused.status_code == 404
    assert "X-Accel-Redirect" not in refused
    people = make_people()
    client.force_login(people.rival)
    assert client.get(address(draft)).status_code == 404


def test_the_proxy_gets_no_files_but_those_of_content(tmp_path: Path, settings: Settings) -> None:
    settings.SENDFILE = "nginx"
    elsewhere = tmp_path / "contacts.xlsx"
    elsewhere.write_bytes(b"x")

    class Kept(File):  # type: ignore[type-arg]
        path = str(elsewhere)

    for make in (lambda: elsewhere.open("rb"), lambda: Kept(elsewhere.open("rb"))):
        answer: Any = Downloads(lambda _request, make=make: FileResponse(make()))(RequestFactory().get("/"))  # type: ignore[misc]
        assert "X-Accel-Redirect" not in answer
        assert b"".join(answer) == b"x"
        answer.file_to_stream.close()
