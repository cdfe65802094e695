"""Somebody who hangs up a poster sends photos of it from a telephone without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from notices.models import EvidenceFile, SitePosting
from notices.posting_uploads import upload_token
from tests.factories import make_notice
from tests.people import People
from tests.photos import photo_bytes


def test_photos_are_sent_from_the_poster_without_javascript(
    open_page: Callable[..., Page], people: People
) -> None:
    notice = make_notice(proponent=people.company_a)
    posting = SitePosting.objects.create(notice=notice, village="清水沟村", spot="村委会公告栏")
    address = reverse("posting_upload", args=[upload_token(posting)])
    page = open_page(address, size="phone", javascript=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    photos: list[Any] = [
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(number=number)}
        for number in range(2)
    ]
    page.set_input_files("input[type=file]", photos)
    page.get_by_label("张贴期间").check()
    page.get_by_role("button", name="上传照片").click()
    assert "收到 2 张照片" in page.inner_text("main")
    assert "已传 2 张" in page.inner_text("main")
    assert set(EvidenceFile.objects.values_list("moment", "by_qr")) == {("middle", True)}
