"""Large files come in parts, from one person to one notice; nothing half sent is published or lost without a word."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from notices import upload_services
from notices.models import NoticePage, Upload, UploadState
from notices.upload_services import WrongOffsetError, begin_upload, clear_old_uploads, receive_part
from tests.factories import make_draft, make_notice
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
REPORT = make_pdf(["第一页 总则", "第二页 工程分析"])


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    page = make_draft(proponent=people.company_a)
    page.attachments.all().delete()
    return page


def begin(client: Any, page: NoticePage, *, size: int = len(REPORT), name: str = "报告书.pdf") -> Any:
    data = {"kind": "draft_report", "title": "", "redaction_note": "", "file_name": name, "size": size}
    return client.post(reverse("notice_upload", args=[page.pk]), data)


def send(client: Any, upload: dict[str, Any], content: bytes, offset: int) -> Any:
    url = f"{upload['parts']}?offset={offset}"
    return client.post(url, content, content_type="application/octet-stream")


def started(people: People, page: NoticePage, **fields: Any) -> Upload:
    values: dict[str, Any] = {"size": len(REPORT), "now": timezone.now(), **fields}
    return begin_upload(
        notice=page,
        user=people.li,
        kind="draft_report",
        title="",
        redaction_note="",
        file_name="报告书.pdf",
        **values,
    )


def test_a_report_in_parts_is_attached_once_it_is_whole(
    client: Any, people: People, page: NoticePage
) -> None:
    client.force_login(people.li)
    upload = begin(client, page).json()
    assert send(client, upload, REPORT[:500], 0).json() == {"received": 500}
    assert client.get(upload["status"]).json()["received"] == 500
    assert send(client, upload, REPORT[500:], 500).json() == {"received": len(REPORT)}
    assert client.post(upload["finish"]).json()["state"] == UploadState.ADDED
    attachment = page.attachments.get()
    assert (attachment.pages, attachment.size, attachment.uploaded_by) == (2, len(REPORT), people.li)
    assert not Upload.objects.get().path.exists()


def test_a_part_that_does_not_join_is_told_where_to_go_on(
    client: Any, people: People, page: NoticePage
) -> None:
    client.force_login(people.li)
    upload = begin(client, page).json()
    send(client, upload, REPORT[:500], 0)
    for offset in (0, 700):
        response = send(client, upload, REPORT[500:], offset)
        assert (response.status_code, response.json()["received"]) == (409, 500)


def test_a_file_that_was_not_sent_whole_is_refused_with_the_reason(
    client: Any, people: People, page: NoticePage
) -> None:
    client.force_login(people.li)
    upload = begin(client, page).json()
    send(client, upload, REPORT[:500], 0)
    answer = client.post(upload["finish"]).json()
    assert answer["state"] == UploadState.REFUSED
    assert "没有传完" in answer["reasons"][0]
    assert not page.attachments.exists()


def test_a_file_that_may_not_be_published_is_refused_with_the_reason(
    client: Any, people: People, page: NoticePage
) -> None:
    client.force_login(people.li)
    upload = begin(client, page, size=11).json()
    send(client, upload, b"plain words", 0)
    answer = client.post(upload["finish"]).json()
    assert (answer["state"], "只接受" in answer["reasons"][0]) == (UploadState.REFUSED, True)


def test_more_than_was_announced_is_cut_off(client: Any, people: People, page: NoticePage) -> None:
    client.force_login(people.li)
    upload = begin(client, page, size=100).json()
    assert send(client, upload, REPORT, 0).status_code == 400
    assert client.get(upload["status"]).json()["received"] == 0


def test_a_file_over_the_limit_is_refused_before_it_is_sent(
    client: Any, people: People, page: NoticePage, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    client.force_login(people.li)
    response = begin(client, page, size=1024 * 1024 + 1)
    assert response.status_code == 400
    assert "分册上传" in response.json()["reasons"][0]


@pytest.mark.parametrize(("name", "code"), [("rival", 403), ("guan", 403), ("outsider", 302), ("op", 200)])
def test_who_begins_an_upload(client: Any, people: People, page: NoticePage, name: str, code: int) -> None:
    client.force_login(getattr(people, name))
    assert begin(client, page).status_code == code


@pytest.mark.parametrize("name", ["rival", "op", "guan"])
def test_an_upload_is_its_persons_alone(client: Any, people: People, page: NoticePage, name: str) -> None:
    client.force_login(people.li)
    upload = begin(client, page).json()
    client.force_login(getattr(people, name))
    assert send(client, upload, REPORT, 0).status_code == 404
    assert client.post(upload["finish"]).status_code == 404
    assert client.get(upload["status"]).status_code == 404


def test_nothing_is_added_to_a_notice_that_left_the_draft_stage(client: Any, people: People) -> None:
    page = make_notice(proponent=people.company_a)
    client.force_login(people.li)
    assert begin(client, page).status_code == 403


def test_a_broken_line_keeps_what_arrived_and_memory_stays_small(people: People, page: NoticePage) -> None:
    class Breaking(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= 1024 * 1024
            if self.tell() >= 1024 * 1024:
                raise OSError("line broken")
            return super().read(size)

    upload = started(people, page, size=8 * 1024 * 1024)
    with pytest.raises(OSError, match="line broken"):
        receive_part(upload=upload, offset=0, body=Breaking(b"x" * 2 * 1024 * 1024))
    assert upload.received == 1024 * 1024
    with pytest.raises(WrongOffsetError):
        receive_part(upload=upload, offset=0, body=BytesIO(b"x"))


def test_an_upload_that_is_over_takes_no_more(people: People, page: NoticePage) -> None:
    upload = started(people, page)
    upload.state = UploadState.CHECKING
    with pytest.raises(ValidationError):
        receive_part(upload=upload, offset=0, body=BytesIO(b"x"))


def test_uploads_left_behind_are_cleared_after_a_day(people: People, page: NoticePage) -> None:
    upload = started(people, page)
    receive_part(upload=upload, offset=0, body=BytesIO(REPORT[:100]))
    assert clear_old_uploads(now=timezone.now() + timedelta(hours=23)) == 0
    assert clear_old_uploads(now=timezone.now() + timedelta(hours=25)) == 1
    assert not upload.path.exists()


def test_the_oldest_of_too_many_open_uploads_gives_way(people: People, page: NoticePage) -> None:
    first = started(people, page)
    for _more in range(upload_services.MAX_OPEN):
        started(people, page)
    assert not Upload.objects.filter(pk=first.pk).exists()
    assert Upload.objects.count() == upload_services.MAX_OPEN
