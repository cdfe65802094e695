"""The photo upload behind the companion sheet's QR code: one posting, one use, no account."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import Signer
from django.urls import reverse

from notices import posting_upload_views
from notices.evidence_services import renew_upload, revoke_upload
from notices.ledger.models import Entry
from notices.models import EvidenceFile, NoticePage, NoticeStage, SitePosting
from notices.posting_uploads import MOST_PHOTOS, open_until, upload_address, upload_token
from tests.factories import make_draft, make_notice
from tests.pdf import make_pdf
from tests.photos import photo

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SOON = PUBLISHED + timedelta(hours=3)


@pytest.fixture
def notice() -> NoticePage:
    return make_notice(now=PUBLISHED)


@pytest.fixture
def posting(notice: NoticePage) -> SitePosting:
    return SitePosting.objects.create(notice=notice, village="清水沟村", spot="村委会公告栏")


@pytest.fixture(autouse=True)
def clock() -> Any:
    cache.clear()  # uploads are counted by the minute, and here it is always the same one
    with time_machine.travel(SOON, tick=False) as traveller:
        yield traveller


def url(posting: SitePosting) -> str:
    return reverse("posting_upload", args=[upload_token(posting)])


def send(client: Any, posting: SitePosting, *photos: Any, **fields: Any) -> Any:
    return client.post(url(posting), {"moment": "start", "photos": list(photos), **fields})


def test_the_address_is_absolute_and_short_enough_for_a_poster(posting: SitePosting, settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://eia.example.gov.cn"
    assert upload_address(posting).startswith("https://eia.example.gov.cn/p/")
    assert len(upload_address(posting)) < 90


def test_the_page_says_which_notice_village_and_spot_and_hides_from_engines_and_referrers(
    client: Any, posting: SitePosting
) -> None:
    response = client.get(url(posting))
    html = response.content.decode()
    for shown in ("清水沟村", "村委会公告栏", posting.notice.project_name, posting.notice.notice_code):
        assert shown in html
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_photos_become_evidence_with_their_times_and_an_entry_without_names(
    client: Any, posting: SitePosting
) -> None:
    response = send(
        client,
        posting,
        photo(taken="2026:11:20 11:40:00"),
        photo("2.jpg", number=1),
        note="右下角有破损",
    )
    assert "收到 2 张照片" in response.content.decode()
    first, second = EvidenceFile.objects.all()
    assert (first.posting, first.by_qr, first.moment, first.uploaded_by) == (posting, True, "start", None)
    assert (first.taken_at.hour, first.uploaded_at, first.note) == (3, SOON, "右下角有破损")
    assert second.taken_at is None
    entry = Entry.objects.get(act="evidence_filed")
    assert entry.payload["files"] == sorted([first.sha256, second.sha256])
    assert entry.payload["by_qr"]
    assert (entry.actor, "破损" in str(entry.payload)) == (None, False)


def test_a_photo_sent_twice_is_kept_once(client: Any, posting: SitePosting) -> None:
    send(client, posting, photo())
    response = send(client, posting, photo())
    assert EvidenceFile.objects.count() == 1
    assert Entry.objects.filter(act="evidence_filed").count() == 1
    assert "重复的不再保存" in response.content.decode()


def test_what_is_no_photo_is_refused_beside_the_field(client: Any, posting: SitePosting) -> None:
    for upload in (
        SimpleUploadedFile("公告.pdf", make_pdf(["公告"])),
        SimpleUploadedFile("空.jpg", b""),
        SimpleUploadedFile("a.html", b"<script>alert(1)</script>"),
    ):
        response = send(client, posting, upload)
        assert response.status_code == 422
        assert response.context["form"].errors["photos"]
    assert send(client, posting).context["form"].errors["photos"] == ["请先拍照或选择照片。"]
    assert not EvidenceFile.objects.exists()


def test_nine_at_once_and_twenty_a_posting(client: Any, posting: SitePosting) -> None:
    def batch(start: int, count: int) -> list[Any]:
        return [photo(f"{number}.jpg", number=number) for number in range(start, start + count)]

    assert send(client, posting, *batch(0, 10)).status_code == 422
    for start in (0, 9):
        assert send(client, posting, *batch(start, 9)).status_code == 200
    refused = send(client, posting, *batch(18, 3))
    assert "还可以传 2 张" in refused.content.decode()
    assert send(client, posting, *batch(18, 2)).status_code == 200
    assert EvidenceFile.objects.count() == MOST_PHOTOS
    assert "照片已经够了" in client.get(url(posting)).content.decode()


class TestACodeThatIsNotGood:
    def closed(self, client: Any, address: str) -> bool:
        responses = [client.get(address), client.post(address, {"moment": "start", "photos": [photo()]})]
        assert not EvidenceFile.objects.exists()
        assert all("二维码已失效" in response.content.decode() for response in responses) == all(
            response.status_code == 410 for response in responses
        )
        return all(response.status_code == 410 for response in responses)

    def test_a_forged_or_foreign_one(self, client: Any, posting: SitePosting) -> None:
        token = upload_token(posting)
        other = SitePosting.objects.create(notice=posting.notice, village="柳坪村", spot="村口")
        value, signature = token.rsplit(".", 1)
        forged = (
            f"{other.pk}-1.{signature}",
            f"{posting.pk}-2.{signature}",
            f"{value}.{signature[:-1]}",
            Signer(salt="another use", sep=".").sign(value),
            Signer(salt="notices.posting_uploads", sep=".").sign("x-1"),
            "abc",
        )
        for text in forged:
            assert self.closed(client, reverse("posting_upload", args=[text])), text

    def test_one_that_was_renewed_or_revoked(self, client: Any, posting: SitePosting) -> None:
        old = url(posting)
        renewed = renew_upload(posting=posting)
        assert self.closed(client, old)
        assert client.get(url(renewed)).status_code == 200
        revoke_upload(posting=renewed)
        assert self.closed(client, url(renewed))
        assert client.get(url(renew_upload(posting=posting))).status_code == 200

    def test_one_whose_evidence_is_closed_for_thirty_days(
        self, client: Any, posting: SitePosting, clock: Any
    ) -> None:
        record = posting.notice.record
        midnight = datetime(2027, 1, 4, 0, 0, tzinfo=PUBLISHED.tzinfo)
        assert open_until(posting) == record.last_day + timedelta(days=30)
        clock.move_to(midnight - timedelta(seconds=1))
        assert client.get(url(posting)).status_code == 200
        clock.move_to(midnight)
        assert self.closed(client, url(posting))
        SitePosting.objects.update(removed_on=record.last_day + timedelta(days=5))
        assert client.get(url(posting)).status_code == 200

    @pytest.mark.parametrize(
        ("stage", "is_open"),
        [
            (NoticeStage.DRAFT, False),
            (NoticeStage.APPROVED, True),
            (NoticeStage.WITHDRAWN, False),
            ("historical", False),
        ],
    )
    def test_one_of_a_notice_that_is_not_standing(self, client: Any, stage: str, is_open: bool) -> None:
        page = (
            make_draft(now=PUBLISHED)
            if stage == NoticeStage.DRAFT
            else make_notice(stage=stage, now=PUBLISHED)
        )
        posting = SitePosting.objects.create(notice=page, village="清水沟村", spot="村口")
        assert (client.get(url(posting)).status_code == 200) == is_open


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client: Any, posting: SitePosting) -> None:
    size = posting_upload_views.MOST_BYTES + 1
    response = client.post(url(posting), {"moment": "start", "photos": [photo()]}, CONTENT_LENGTH=size)
    assert response.status_code == 413
    assert "太大" in response.content.decode()
    assert not EvidenceFile.objects.exists()


def test_many_uploads_a_minute_wait_and_none_is_turned_away(
    client: Any, posting: SitePosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(posting_upload_views, "pause", waits.append)
    monkeypatch.setattr(posting_upload_views, "FREE_UPLOADS_A_MINUTE", 1)
    for number in range(3):
        assert send(client, posting, photo(f"{number}.jpg", number=number)).status_code == 200
    assert waits == [0.1, 0.2]


def test_it_needs_no_cookie_and_leaves_none_and_nothing_personal_in_the_log(
    posting: SitePosting, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.handler.enforce_csrf_checks = True
    response = send(client, posting, photo("欧阳翯彧.jpg"), note="找欧阳翯彧")
    assert response.status_code == 200
    assert not response.cookies
    assert "欧阳翯彧" not in caplog.text
    assert "欧阳翯彧" not in str(list(Entry.objects.values_list("payload", flat=True)))
