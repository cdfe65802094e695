"""Journey: what residents need, with JavaScript off: large type, the report, supplement and consents, mails, trial."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page

from notices.opinions import views
from notices.opinions.models import Opinion
from notices.subscriptions.models import Subscription
from tests.factories import make_notice
from tests.notices.opinions.helpers import send
from tests.notices.subscriptions.helpers import links_in


@pytest.fixture(autouse=True)
def hurried_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script is faster than any person; the shortest filling time has its own tests."""
    monkeypatch.setattr(views, "SHORTEST_FILLING", timedelta(0))


def test_large_type_stays_from_page_to_page_until_it_is_switched_off(open_page: Callable[..., Page]) -> None:
    make_notice()
    page = open_page("/notices/?state=open", size="phone", javascript=False)
    here = page.url
    assert page.context.cookies() == []
    page.get_by_role("button", name="大字").click()
    assert page.url == here
    assert page.locator("html[data-type=large]").count() == 1
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["value"], cookie["path"]) == ("portal_type", "large", "/")
    page.get_by_role("link", name="搜索").click()
    assert page.locator("html[data-type=large]").count() == 1
    page.get_by_role("button", name="标准字").click()
    assert page.locator("html[data-type=large]").count() == 0
    assert page.context.cookies() == []


def test_with_scripts_large_type_comes_at_once_and_leaves_what_a_form_shows(
    open_page: Callable[..., Page],
) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/opinion/", size="phone")
    page.fill("textarea", "料场离水井太近。")
    page.click("button[value=contact]")
    page.fill("input[name$=contact]", "13912345678")
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24.3px"
    assert page.input_value("input[name$=contact]") == "13912345678"
    page.click("button[value=check]")
    assert page.locator("html[data-type=large]").count() == 1


def test_the_report_is_read_page_by_page(open_page: Callable[..., Page]) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/", size="phone", javascript=False)
    page.get_by_role("link", name="阅读报告书全文").click()
    page.get_by_role("link", name="下一页").first.click()
    assert "矸石分层填埋" in page.inner_text("main")


def test_a_receipt_is_looked_up_supplemented_and_its_contact_restricted(
    open_page: Callable[..., Page],
) -> None:
    notice = make_notice()
    receipt = send(notice, now=timezone.now())

    def look_up() -> None:
        page.get_by_role("link", name="查意见").first.click()
        page.fill("input[name=number]", receipt.opinion.number)
        page.fill("input[name=code]", receipt.code)
        page.get_by_role("button", name="查询").click()

    page = open_page("/", size="phone", javascript=False)
    look_up()
    page.get_by_role("button", name="补充意见").click()
    page.fill("textarea", "再补充一点：井水也请测。")
    page.click("button[value=contact]")
    if page.locator("input[name$=contact]").count():
        page.fill("input[name$=contact]", "13912345678")
        page.click("button[value=check]")
    page.click("button[value=send]")
    assert Opinion.objects.filter(supplement_to=receipt.opinion).count() == 1
    look_up()
    page.get_by_role("button", name="撤回同意、限制使用").click()
    page.locator("input[type=checkbox]").last.check()
    page.get_by_role("button", name="下一步").click()
    page.locator("main form button.button").first.click()
    assert "限制使用" in page.inner_text("main")


def test_mails_are_asked_for_and_confirmed(open_page: Callable[..., Page], live_server: object) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/", size="phone", javascript=False)
    page.get_by_role("link", name="有变化发邮件告诉我").click()
    page.fill("input[type=email]", "gao@example.com")
    page.get_by_role("button", name="订阅").click()
    [letter] = [letter for letter in mail.outbox if letter.to == ["gao@example.com"]]
    page.goto("/".join(page.url.split("/")[:3]) + links_in(letter)["confirm"])
    page.get_by_role("button", name="确认").click()
    assert "邮件提醒已开始" in page.inner_text("main")
    assert Subscription.objects.count() == 1
