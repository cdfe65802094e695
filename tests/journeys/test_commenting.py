"""Journey 4: a resident sends an opinion in two minutes, keeps a receipt, and looks up the answer."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from notices.opinions import file_vault, views
from notices.opinions.answering import answer_opinions
from notices.opinions.models import Opinion, Outcome
from tests.factories import make_notice
from tests.pdf import make_pdf
from tests.photos import photo_bytes

TEXT = "料场离水井太近，建议在下游补一眼监测井。𬒔峪沟的水也请测一测 😀"
CASES = [("phone", True), ("phone", False), ("desktop", True)]


@pytest.fixture(autouse=True)
def hurried_writers(monkeypatch) -> None:
    """A script is faster than any person; the shortest filling time has its own tests."""
    monkeypatch.setattr(views, "SHORTEST_FILLING", timedelta(0))


def write(page, text: str = TEXT) -> None:
    page.fill("textarea", text)
    page.click("button[value=contact]")


@pytest.mark.parametrize(("size", "javascript"), CASES)
def test_the_whole_way_from_notice_to_answer(open_page, people, size: str, javascript: bool) -> None:
    notice = make_notice(proponent=people.company_a)
    page = open_page(f"/n/{notice.record.code}/", size=size, javascript=javascript)
    page.get_by_role("link", name="我要提意见").first.click()
    write(page)
    assert "个人信息" in page.locator("main").inner_text()
    page.fill("input[name$=contact]", "139 1234 5678")
    page.click("button[value=check]")
    assert TEXT in page.locator("main").inner_text()
    page.click("button[value=send]")
    number = page.locator(".receipt__number").inner_text()
    code = page.locator(".receipt__code").inner_text()
    assert number.startswith(notice.record.code)
    assert "+08:00" in page.locator("main").inner_text()
    assert number not in page.url
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载回执 PDF").click()
    assert waiting.value.suggested_filename.endswith(".pdf")

    opinion = Opinion.objects.get()
    assert opinion.text == TEXT
    answer_opinions(
        opinions=[opinion],
        outcome=Outcome.ADOPTED,
        user=people.li,
        now=timezone.now(),
        reason="已补一眼监测井。",
        report_reference="报批稿第八章",
    )
    page = open_page("/receipt/", size=size, javascript=javascript)
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    page.click("main form button[type=submit]")
    body = page.locator("main").inner_text()
    assert "采纳" in body
    assert "已补一眼监测井。" in body
    assert "13912345678" not in body
    assert code.replace(" ", "") not in page.url


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_contact_is_explained_beside_the_field_and_nothing_is_lost(
    open_page, javascript: bool
) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone", javascript=javascript)
    page.click("button[value=contact]")
    assert page.locator("textarea[aria-invalid=true]").count() == 1
    write(page)
    page.fill("input[name$=contact]", "12345")
    page.fill("input[name$=name]", "甄女士")
    page.click("button[value=check]")
    wrong = page.locator("input[name$=contact]")
    assert wrong.get_attribute("aria-invalid") == "true"
    assert wrong.input_value() == "12345"
    assert page.locator("input[name$=name]").input_value() == "甄女士"
    page.click("button[value=opinion]")
    assert page.locator("textarea").input_value() == TEXT
    assert not Opinion.objects.exists()


def test_two_photos_come_along_shrunk_and_without_their_place_however_many_others_wait(open_page) -> None:
    def crowded_at_first(route: Any) -> None:
        crowded.append(route)
        if len(crowded) > 1:
            route.continue_()
        else:
            route.fulfill(status=429, json={"refused": ["现在上传的人太多"]})

    crowded: list[Any] = []
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone")
    page.route("**/opinion/files/", crowded_at_first)
    page.fill("textarea", TEXT)
    large = photo_bytes(taken="2026:03:02 09:30:00", size=(3600, 2400))
    photos = [("院子.jpg", large), ("水井.jpg", photo_bytes())]
    chosen = [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in photos]
    page.set_input_files("input[type=file]", chosen)
    page.get_by_text("水井.jpg").first.wait_for()
    send_from_page_one(page)
    assert len(crowded) == 3
    assert "院子.jpg" in page.inner_text(".receipt")
    one, two = Opinion.objects.get().files.all()
    with Image.open(BytesIO(file_vault.read(one))) as shrunk:
        assert shrunk.size == (2400, 1600)
        assert not shrunk.getexif()
    assert file_vault.read(two) == photos[1][1]


def test_a_pdf_comes_along_without_javascript(open_page) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone", javascript=False)
    page.fill("textarea", TEXT)
    chosen: Any = {"name": "监测.pdf", "mimeType": "application/pdf", "buffer": make_pdf(["监测数据"])}
    page.set_input_files("input[type=file]", chosen)
    page.get_by_role("button", name="添加").click()
    assert page.input_value("textarea") == TEXT
    send_from_page_one(page)
    assert "监测.pdf" in page.inner_text(".receipt")
    assert Opinion.objects.get().files.get().content_type == "application/pdf"


def send_from_page_one(page) -> None:
    page.click("button[value=contact]")
    page.fill("input[name$=contact]", "13912345678")
    page.click("button[value=check]")
    page.click("button[value=send]")


def test_page_two_is_never_kept_by_the_browser(open_page) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone")
    write(page)
    page.fill("input[name$=contact]", "13912345678")
    page.click("button[value=check]")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "13912345678" not in stored
    assert "13912345678" not in page.url


def test_sending_twice_gives_the_first_receipt(open_page) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone")
    write(page)
    page.fill("input[name$=contact]", "gao@example.com")
    page.click("button[value=check]")
    page.click("button[value=send]")
    number = page.locator(".receipt__number").inner_text()
    page.reload()
    assert page.locator(".receipt__number").inner_text() == number
    assert Opinion.objects.count() == 1


def test_after_the_window_the_text_stays_with_its_writer(open_page) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone")
    write(page)
    page.fill("input[name$=contact]", "13912345678")
    page.click("button[value=check]")
    record = notice.record
    type(record).objects.filter(pk=record.pk).update(
        published_at=timezone.now() - timedelta(days=60),
        first_day=timezone.localdate() - timedelta(days=60),
        last_day=timezone.localdate() - timedelta(days=30),
    )
    page.click("button[value=send]")
    body = page.locator("main")
    assert "截止" in body.inner_text()
    assert body.locator("textarea").input_value() == TEXT
    assert "0357-7000001" in body.inner_text()
    assert not Opinion.objects.exists()
