"""A real browser against a real server: Debian's chromium, in a desktop and a phone size."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from tests.people import People, make_people

# Playwright's own loop runs in the test's thread; the database is used from there on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 360, "height": 740},
}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Wagtail's editor says once when it begins to compare what is typed; what was typed before counts as saved.
NOTE_THAT_EDITS_ARE_WATCHED = """
addEventListener("w-unsaved:watch-edits", () => { document.documentElement.dataset.editsWatched = "" })
"""


@pytest.fixture(autouse=True)
def clicks_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a click that leads to another page return when that page stands; the browser answers when it has only begun."""
    click_page, click_locator = Page.click, Locator.click

    def page_click(page: Page, *args: Any, **kwargs: Any) -> None:
        click_page(page, *args, **kwargs)
        page.wait_for_load_state("domcontentloaded")

    def locator_click(locator: Locator, *args: Any, **kwargs: Any) -> None:
        click_locator(locator, *args, **kwargs)
        locator.page.wait_for_load_state("domcontentloaded")

    monkeypatch.setattr(Page, "click", page_click)
    monkeypatch.setattr(Locator, "click", locator_click)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every journey committed data that a server thread can see, and the rows that migrations made."""
    for item in items:
        if "tests/journeys" in str(item.path).replace(os.sep, "/"):
            item.add_marker(
                pytest.mark.django_db(
                    transaction=True, serialized_rollback=True, databases=["default", "keys"]
                )
            )


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def people() -> People:
    return make_people()


def violations_in(text: str) -> list[str]:
    """Return what the browser's console says when it is about the Content-Security-Policy."""
    return [text] if "Content Security Policy" in text or "Content-Security-Policy" in text else []


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a fresh browser context; a script error fails the test.

    So does whatever the Content-Security-Policy of a page forbids and the page asks for all the same.
    """
    contexts, errors = [], []

    def open_address(address: str, *, size: str = "desktop", javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport=SIZES[size], locale="zh-CN", java_script_enabled=javascript, accept_downloads=True
        )
        # Only a machine that does much else at once needs so long.
        context.set_default_timeout(30_000)
        context.add_init_script(NOTE_THAT_EDITS_ARE_WATCHED)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.extend(violations_in(message.text)))
        page.goto(live_server.url + address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def sign_in(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """Return a function that signs a named person in through the sign-in form and opens an admin address."""

    def signed_in(name: str, address: str = "/admin/", *, size: str = "desktop") -> Page:
        page = open_page("/admin/login/", size=size)
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", name)
        page.click("button[type=submit]")
        page.goto(live_server.url + address)
        return page

    return signed_in
