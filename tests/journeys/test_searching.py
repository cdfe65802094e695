"""Journey 5: what is on page 3 of a report is found, and a hit opens that page."""

from __future__ import annotations

import pytest

from tests.factories import make_notice

PAGES = ["第一页 总则", "第二页 工程概况", "第三页 盲沟导排的渗滤液自流至收集池，不外排。"]


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("phone", False), ("desktop", True)])
def test_a_word_on_page_three_leads_to_page_three(open_page, size: str, javascript: bool) -> None:
    notice = make_notice(report_pages=PAGES)
    page = open_page("/search/", size=size, javascript=javascript)
    page.fill("main input[name=q]", "渗滤液")
    page.click("main form button")
    hit = page.get_by_role("link", name="第 3 页")
    assert hit.count() == 1
    hit.click()
    assert f"/n/{notice.record.code}/report/" in page.url
    assert page.locator("mark").first.inner_text() == "渗滤液"
    image = page.locator(".sheet img")
    response = page.request.get(page.url.split("/n/")[0] + image.get_attribute("src"))
    assert response.ok
    assert len(response.body()) <= 150_000


def test_a_word_mistyped_on_a_phone_leads_by_the_word_meant_to_its_page(open_page) -> None:
    make_notice(report_pages=PAGES)
    page = open_page("/search/", size="phone", javascript=False)
    page.fill("main input[name=q]", "渗虑液")
    page.click("main form button")
    page.click(".meant a")
    assert page.input_value("main input[name=q]") == "渗滤液"
    page.get_by_role("link", name="第 3 页").click()
    assert page.locator("mark").first.inner_text() == "渗滤液"


def test_the_samples_words_are_found_in_titles_places_and_codes(open_page) -> None:
    make_notice(
        project_name="义驿村罗汉沟煤矸石填沟造林项目",
        project_code="2202-141026-89-05-701804",
        filing_date="2022-02-22",
        location="安泽县唐城镇义驿村罗汉沟",
        nature="",
    )
    make_notice(
        project_name="年入选20万吨铁矿石及尾矿干排技术改造项目",
        existing_works="原有工程说明",
        location="浮山县",
    )
    for query, expected in (
        ("煤矸石", "罗汉沟煤矸石"),
        ("尾矿干排", "尾矿干排"),
        ("罗汉沟", "罗汉沟煤矸石"),
        ("2202-141026", "罗汉沟煤矸石"),
    ):
        page = open_page(f"/search/?q={query}")
        titles = page.locator(".notice-row__title").all_inner_texts()
        assert len(titles) == 1, query
        assert expected in titles[0]


def test_the_admin_search_finds_the_same_words(sign_in, people) -> None:
    make_notice(proponent=people.company_a, project_name="罗汉沟煤矸石填沟造林项目")
    page = sign_in("li", "/admin/pages/?q=煤矸石")
    assert "罗汉沟煤矸石填沟造林项目" in page.locator("main").inner_text()
    page = sign_in("rival", "/admin/pages/?q=煤矸石")
    assert "罗汉沟煤矸石填沟造林项目" not in page.locator("main").inner_text()


def test_nothing_found_says_what_to_try(open_page) -> None:
    page = open_page("/search/?q=%22unbalanced AND (", size="phone")
    assert "没有找到" in page.locator("main").inner_text()


def test_a_drafts_report_is_found_by_nobody(open_page) -> None:
    make_notice(stage="draft", report_pages=PAGES)
    page = open_page("/search/?q=渗滤液")
    assert page.locator(".notice-row").count() == 0
