"""Journey 3: a resident finds a notice and reads it, on a phone, without JavaScript."""

from __future__ import annotations

import pytest

from notices.models import NoticePage
from tests.factories import make_notice

SIZES = ["desktop", "phone"]


def sideways(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("size", SIZES)
def test_the_code_on_a_poster_leads_to_the_notice(open_page, size: str) -> None:
    notice = make_notice()
    page = open_page("/", size=size, javascript=False)
    page.fill("#code", f"{notice.record.code[:3]} {notice.record.code[3:]}")
    page.click(".code-box button")
    assert page.url.endswith(f"/n/{notice.record.code}/")
    assert page.locator("h1").inner_text() == notice.project_name


def test_a_mistyped_code_is_explained_and_stays_in_the_box(open_page) -> None:
    page = open_page("/find/?code=12345", size="phone")
    assert page.locator("#code").input_value() == "12345"
    assert "六位" in page.locator(".code-box__error").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_the_notice_shows_the_five_items_and_the_way_to_comment(open_page, size: str) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/", size=size)
    headings = page.locator("main h2").all_inner_texts()
    for start in ("一、", "二、", "三、", "四、", "五、"):
        assert any(heading.startswith(start) for heading in headings), headings
    assert page.get_by_role("link", name="我要提意见").first.is_visible()
    assert page.locator(".strip--large li").count() >= 11
    assert sideways(page) <= 0


def test_the_first_screen_of_a_phone_says_what_where_until_when_and_how(open_page) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/", size="phone", javascript=False)
    for text in (notice.project_name, "安泽县唐城镇清水沟", "还剩", "我要提意见", "阅读报告书全文"):
        box = page.get_by_text(text).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 740, text


def test_the_list_filters_by_county_and_state(open_page) -> None:
    open_notice = make_notice(project_name="清水沟矿区生态修复项目")
    closed = make_notice(
        stage="closed", project_name="石门铁矿扩建项目", division_code="141027", location="浮山县"
    )
    page = open_page("/notices/", size="phone", javascript=False)
    assert page.locator(".notice-row").count() == 2
    page.select_option("#county", "141026")
    page.select_option("#state", "open")
    page.click(".filters button")
    titles = page.locator(".notice-row__title").all_inner_texts()
    assert titles == [open_notice.project_name]
    assert closed.project_name not in titles


def test_an_approved_notice_says_when_it_opens_and_shows_nothing_else(open_page) -> None:
    notice = make_notice(stage="approved")
    page = open_page(f"/n/{notice.record.code}/", size="phone")
    assert f"{notice.record.planned_on.day}日" in page.locator("main").inner_text()
    assert notice.content not in page.content()


def test_a_draft_has_no_public_address(open_page) -> None:
    notice = make_notice(stage="draft")
    page = open_page(f"/n/{notice.record.code}/")
    assert "404" in page.title() or "没有" in page.locator("main").inner_text()


def test_a_historical_record_is_labelled_and_takes_no_opinion(open_page) -> None:
    notice = make_notice(stage="historical")
    page = open_page(f"/n/{notice.record.code}/")
    assert "历史记录" in page.locator("main").inner_text()
    assert page.get_by_role("link", name="我要提意见").count() == 0


def test_a_withdrawn_notice_says_so_and_why(open_page) -> None:
    notice: NoticePage = make_notice(stage="withdrawn", reason="选址有变，项目另行报批")
    page = open_page(f"/n/{notice.record.code}/", size="phone")
    assert "选址有变，项目另行报批" in page.locator("main").inner_text()
