"""A lost page gives back page one of the form; page two never stays in the browser."""

from __future__ import annotations

from datetime import timedelta

from notices.opinions import views
from tests.factories import make_notice
from tests.journeys.waiting import until

TEXT = "料场离水井太近，建议补一眼监测井。"
EVERYTHING_STORED = "JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie"


def test_page_one_is_offered_back_and_page_two_is_never_stored(open_page, monkeypatch) -> None:
    monkeypatch.setattr(views, "SHORTEST_FILLING", timedelta(0))
    notice = make_notice()
    address = f"/n/{notice.record.code}/opinion/"
    page = open_page(address, size="phone")
    offer = page.locator("[data-draft]")
    assert not offer.is_visible()
    page.fill("textarea", TEXT)
    until(page, f"localStorage.getItem('opinion-draft:{notice.record.code}') !== null")
    page.goto(page.url.split("#")[0])
    assert page.locator("textarea").input_value() == ""
    # The offer stands until it is taken or dropped, whatever is typed beside it and however often the page is lost.
    page.fill("textarea", "还有")
    until(page, f"localStorage.getItem('opinion-draft:{notice.record.code}').includes('还有')")
    page.goto(page.url.split("#")[0])
    page.get_by_role("button", name="恢复上次未提交的内容").click()
    assert page.locator("textarea").input_value() == f"{TEXT}\n还有"
    page.fill("textarea", TEXT)
    until(page, f"!localStorage.getItem('opinion-draft:{notice.record.code}').includes('还有')")
    page.goto(page.url.split("#")[0])
    page.get_by_role("button", name="恢复上次未提交的内容").click()
    assert page.locator("textarea").input_value() == TEXT
    assert not offer.is_visible()
    page.click("button[value=contact]")
    page.fill("input[name=contact]", "13912345678")
    page.fill("input[name=name]", "测试甲")
    page.click("button[value=check]")
    page.click("button[value=opinion]")
    assert page.locator("textarea").input_value() == TEXT
    stored = page.evaluate(EVERYTHING_STORED)
    assert TEXT in stored
    for secret in ("13912345678", "测试甲"):
        assert secret not in stored
    page.click("button[value=contact]")
    page.click("button[value=check]")
    page.click("button[value=send]")
    assert page.locator(".receipt__number").inner_text()
    assert TEXT not in page.evaluate(EVERYTHING_STORED)
