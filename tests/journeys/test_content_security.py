"""Journey: every type of page keeps within its Content-Security-Policy, which the browser itself watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, Page

from tests.factories import make_draft, make_notice
from tests.journeys.conftest import violations_in
from tests.portal.permissions.probe import addresses, path_of
from tests.portal.permissions.table import ANSWERS, EVERYBODY
from tests.portal.permissions.world import World, make_world


def public_pages(world: World) -> Iterator[str]:
    """Return the address of every page that anybody may open, from the URL configuration."""
    client = Client()
    for address in addresses():
        if ANSWERS.get(address.name, ("", ""))[0] == EVERYBODY:
            response = client.get(path := path_of(address, world) or "/")
            if response.streaming:
                list(response)  # The file is read, and closed.
            if response["Content-Type"].startswith("text/html") and response.status_code != 302:
                yield path


def test_no_public_page_asks_for_what_its_policy_forbids(
    open_page: Callable[..., Page], live_server: Any
) -> None:
    world = make_world()
    code, closed = world.common["code"], world.special["public_opinions"]["code"]
    more = ("/search/?q=监测井", "/nowhere/", "/admin/login/", f"/n/{closed}/", f"/n/{closed}/opinion/")
    paths = [*dict.fromkeys(("/", "/notices/", f"/n/{code}/opinion/", *public_pages(world), *more))]
    assert len(paths) > 20
    page = open_page("/", size="phone")
    for path in paths:
        page.goto(live_server.url + path)


def test_a_script_that_got_into_a_page_does_not_run_and_the_watch_sees_it(
    browser: Browser, live_server: Any
) -> None:
    make_notice()
    context = browser.new_context()
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.extend(violations_in(message.text)))
    page.goto(live_server.url + "/")
    page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener("securitypolicyviolation", done);
            document.body.insertAdjacentHTML("beforeend", "<img src='/nowhere.png' onerror='window.ran = true'>");
        })"""
    )
    assert page.evaluate("window.ran") is None
    context.close()
    assert said


def test_no_main_page_of_the_admin_asks_for_what_its_policy_forbids(
    sign_in: Callable[..., Page], people: Any
) -> None:
    draft = make_draft(proponent=people.company_a)
    closed = make_notice(stage="closed", proponent=people.company_a, project_name="关闭的项目")
    record = closed.record.pk
    page = sign_in("op")
    root = page.url.partition("/admin/")[0]
    for address in (
        *(
            "",
            f"pages/{people.company_a.pk}/",
            f"pages/{draft.pk}/edit/",
            f"notices/{draft.pk}/attachments/add/",
        ),
        *("notice_register/", f"notice_register/inspect/{record}/", f"notices/records/{record}/evidence/"),
        *(
            "opinion_register/",
            "exports/",
            "users/new/",
            f"statement/{closed.project_id}/",
            "calendarrecord/new/",
        ),
        *(
            "images/add/",
            "documents/multiple/add/",
            "reports/site-history/",
            "settings/portal/portalsettings/",
        ),
    ):
        answer = page.goto(f"{root}/admin/{address}")
        assert answer, address
        assert answer.ok, address
