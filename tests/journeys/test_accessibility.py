"""Journey: every type of public page, and the main ones of the admin, by axe and on narrow, zoomed, dark and large screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from playwright.sync_api import Page

from notices.opinions import throttle, views
from portal import views as portal_views
from tests.factories import make_draft, make_notice
from tests.journeys.accessibility import LEVELS, axe_says, problems_of
from tests.journeys.test_content_security import public_pages
from tests.portal.permissions.world import make_world


class Visit:
    """One visitor's way, with what was found on it."""

    def __init__(self, page: Page, root: str) -> None:
        """Begin at a page of the portal."""
        self.page, self.root = page, root
        self.found: dict[str, list[str]] = {}
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        """Look at the page as it stands."""
        self.seen.append(name)
        if found := problems_of(self.page):
            self.found[name] = found

    def open(self, path: str) -> None:
        """Open an address and look."""
        self.page.goto(self.root + path)
        self.look(path)

    def press(self, value: str, name: str) -> None:
        """Press a button of the opinion form by its value, and look at what comes."""
        self.page.click(f"button[value={value}]")
        self.look(name)


@pytest.fixture
def visit(open_page: Callable[..., Page], live_server: Any) -> Visit:
    return Visit(open_page("/", size="phone"), live_server.url)


def fail(error: Exception) -> Callable[..., Any]:
    def failing(*args: object) -> None:
        raise error

    return failing


def test_everybody_can_use_every_type_of_public_page(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    company = world.people.company_a
    code, closed = world.common["code"], world.special["public_opinions"]["code"]
    make_notice(stage="historical", proponent=company, project_name="过去的项目")
    states = [
        make_notice(stage="withdrawn", proponent=company, project_name="撤回的项目", reason="选址有变"),
        make_notice(stage="approved", proponent=company, project_name="将公开的项目"),
    ]
    more = (
        *(
            "/",
            "/notices/",
            "/help/",
            "/about/",
            "/search/?q=监测井",
            "/search/?q=飞艇",
            "/find/?code=12",
            "/nowhere/",
        ),
        *(f"/n/{closed}/", f"/n/{closed}/opinion/", f"/n/{code}/opinion/", f"/n/{code}/subscribe/"),
        *(f"/n/{page.record.code}/" for page in states),
        *("/subscriptions/sent/", "/admin/login/"),
    )
    for path in dict.fromkeys((*more, *public_pages(world))):
        visit.open(path)
    for name, error in (("500", RuntimeError()), ("403", PermissionDenied())):
        monkeypatch.setattr(portal_views, "is_notice_code", fail(error))
        visit.page.goto(visit.root + "/find/?code=123456")
        visit.look(name)
    assert len(visit.seen) > 30
    assert visit.found == {}


def test_everybody_can_send_an_opinion_look_it_up_and_supplement_it(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHORTEST_FILLING", timedelta(0))
    notice, page = make_notice(), visit.page
    page.goto(f"{visit.root}/n/{notice.record.code}/opinion/")
    visit.press("contact", "opinion with errors")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.fill("textarea", "料场离水井太近，电话 13900000001。征地补偿也没有谈。")
    visit.press("contact", "contact")
    page.fill("input[name$=contact]", "12345")
    visit.press("check", "contact with errors")
    page.fill("input[name$=contact]", "13912345678")
    visit.press("check", "check")
    with monkeypatch.context() as crowded:
        crowded.setattr(throttle, "wait_for_turn", lambda *args, **kwargs: throttle.Turn("t", 300))
        visit.press("send", "wait")
    visit.press("send", "receipt")
    number, key = page.inner_text(".receipt__number"), page.inner_text(".receipt__code")
    page.goto(visit.root + reverse("receipt_lookup"))
    page.click("main form button[type=submit]")
    visit.look("look-up with errors")
    for act in ("", "补充意见", "撤回同意、限制使用"):
        page.goto(visit.root + reverse("receipt_lookup"))
        page.fill("input[name=number]", number)
        page.fill("input[name=code]", key)
        page.click("main form button[type=submit]")
        if act:
            page.get_by_role("button", name=act).click()
        visit.look(act or "look-up result")
    assert visit.found == {}


def test_staff_can_use_the_main_pages_of_the_portal_in_the_admin(
    sign_in: Callable[..., Page], people: Any
) -> None:
    draft = make_draft(proponent=people.company_a)
    closed = make_notice(stage="closed", proponent=people.company_a, project_name="关闭的项目")
    record = closed.record
    page = sign_in("li")
    root, found = page.url.partition("/admin/")[0], {}
    for address in (
        *("", f"pages/{draft.pk}/edit/", f"notices/records/{record.pk}/evidence/"),
        *(f"notice_register/inspect/{record.pk}/", "notice_register/", "opinion_register/"),
        reverse("export_opinions", args=[record.code])[len("/admin/") :],
        reverse("opinions_desk", args=[closed.pk])[len("/admin/") :],
        reverse("statement", args=[closed.project_id])[len("/admin/") :],
    ):
        answer = page.goto(f"{root}/admin/{address}")
        assert answer, address
        assert answer.ok, address
        if broken := axe_says(page, type="tag", values=LEVELS):
            found[address] = broken
    assert found == {}
