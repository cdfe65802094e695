"""What a page costs a phone on a slow line: bytes over the wire, nobody else's servers, no cookie, nothing to wait for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.factories import make_notice

BUDGET = 60 * 1024  # bytes with everything that belongs to the page


def test_the_pages_that_everybody_opens_are_light_and_leave_no_trace(
    open_page: Callable[..., Page], live_server: Any
) -> None:
    notice = make_notice()
    code = notice.record.code
    addresses = ("/", "/county/141026/", f"/n/{code}/", f"/n/{code}/opinion/", f"/n/{code}/opinions/")
    spent = {}
    for address in addresses:
        page = open_page("/healthz", size="phone")
        loaded: list[float] = []
        asked: list[str] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event, to=loaded: to.append(event["encodedDataLength"]))
        session.on("Network.requestWillBeSent", lambda event, to=asked: to.append(event["request"]["url"]))
        page.goto(live_server.url + address, wait_until="networkidle")
        spent[address] = sum(loaded)
        assert len(loaded) >= 3, loaded  # the page, its style sheet and script
        hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
        assert hosts == {urlsplit(live_server.url).netloc}
        assert page.context.cookies() == []
    assert {address: size for address, size in spent.items() if size > BUDGET} == {}


def test_a_notice_is_painted_without_javascript(
    open_page: Callable[..., Page],
) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/", size="phone", javascript=False)
    assert page.locator("h1").is_visible()
    assert page.locator(".way-back").is_hidden()


def test_a_printed_notice_shows_its_address_and_code_and_no_controls(open_page: Callable[..., Page]) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/")
    page.emulate_media(media="print")
    assert f"/n/{notice.record.code}/" in page.locator(".way-back").inner_text()
    picture = page.locator(".way-back img")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.locator(".masthead .nav").is_hidden()
    assert page.locator(".key .button").is_hidden()
    way, title = page.locator(".way-back").bounding_box(), page.locator("h1").bounding_box()
    assert way is not None
    assert title is not None
    assert way["x"] >= title["x"] + title["width"]
