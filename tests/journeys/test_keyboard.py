"""Journey: an opinion sent with the keyboard alone, seeing at every step where one is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from notices.opinions import views
from notices.opinions.models import Opinion
from tests.factories import make_notice
from tests.journeys.waiting import until

MOST_STEPS = 60
# What the keyboard is on: whether it is what was sought, whether a reader sees it, and that it is on the screen.
_FOCUS = """(selector) => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
    return {
        found: one.matches(selector),
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && inside && box.width > 1,
        what: one.outerHTML.slice(0, 120),
    };
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator until the element has the focus; whatever is passed on the way must be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUS, selector)
        assert at["seen"], f"the focus is not seen: {at['what']}"
        if at["found"]:
            return
    pytest.fail(f"{selector} is not reached by the keyboard")


def enter(page: Page) -> None:
    """Press Enter on what leads to another page, and wait for that page."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.keyboard.press("Enter")


def test_an_opinion_is_sent_with_the_keyboard_alone(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHORTEST_FILLING", timedelta(0))
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS, ".skip")["found"]
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'main'")
    # Past the header: the next stop is in the notice itself.
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")
    if not page.evaluate(_FOCUS, "main .button")["found"]:
        tab_to(page, "main a.button")
    enter(page)
    tab_to(page, "button[value=contact]")
    enter(page)
    # Nothing was written: the summary has the focus, and leads to the field.
    until(page, "document.activeElement.hasAttribute('data-error-summary')")
    tab_to(page, ".error-summary a")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type("料场离水井太近。")
    tab_to(page, "button[value=contact]")
    enter(page)
    tab_to(page, "input[name$=contact]")
    page.keyboard.type("13912345678")
    tab_to(page, "button[value=check]")
    enter(page)
    tab_to(page, "button[value=send]")
    enter(page)
    assert page.inner_text(".receipt__number").startswith(notice.record.code)
    assert Opinion.objects.get().text == "料场离水井太近。"


def test_the_focus_goes_through_a_page_in_the_order_in_which_it_is_read(
    open_page: Callable[..., Page],
) -> None:
    make_notice()
    page = open_page("/notices/", size="phone")
    stops = list[int]()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops.append(
            page.evaluate(
                """() => [...document.querySelectorAll('a, button, input, select, summary')].indexOf(document.activeElement)"""
            )
        )
    assert len(stops) > 10
    assert stops == sorted(stops)
    assert (
        page.evaluate(
            'document.querySelectorAll(\'[tabindex]:not([tabindex="-1"]):not([tabindex="0"])\').length'
        )
        == 0
    )
