"""Whoever gave the password and no code yet is nobody: at every address of the admin, and on the public pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from portal.signin.models import Authenticator
from tests.factories import make_draft
from tests.people import People
from tests.portal.signin.steps import CODE, ENROL, LOGIN, enrol, give_password

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
# What the second step needs: the pages themselves, and the icons and words of the admin's pages.
OPEN = {
    "signin_code", "signin_enrol", "signin_leave", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog",
}  # fmt: skip
VALUES: dict[str, Any] = {
    "UUIDConverter": "00000000-0000-4000-8000-000000000000", "IntConverter": 1, "SlugConverter": "a",
    "StringConverter": "a", "PathConverter": "a",
}  # fmt: skip


def admin_patterns(patterns: Any, route: str = "", namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return every pattern below /admin/ with its name, an empty one where it has none."""
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            if here.startswith("admin/"):
                yield f"{namespace}{pattern.name}" if pattern.name else "", pattern
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from admin_patterns(pattern.url_patterns, here, inner)


def admin_paths() -> dict[str, str]:
    """Return every address below /admin/ by its name."""
    found = {}
    for name, pattern in admin_patterns(get_resolver().url_patterns):
        if name:
            values = {key: VALUES[type(kind).__name__] for key, kind in pattern.pattern.converters.items()}
            if name == "wagtailadmin_pages:revisions_compare":  # a regular expression of its own
                values = {"pk": 1, "revision_id_a": "earliest", "revision_id_b": "latest"}
            found[name] = reverse(name, kwargs=values)
    return found


def test_every_address_of_the_admin_leads_to_the_second_step(people: People) -> None:
    enrol(people.op)
    browser, _answer = give_password(people.op)
    paths, wrong = admin_paths(), []
    for name in ("wagtailadmin_home", "wagtailadmin_api:pages:listing", "export_job_file", "opinions_contacts",
                 "notice_sealed_package", "wagtailadmin_pages:edit", "wagtailadmin_logout"):  # fmt: skip
        assert name in paths
    for name in paths.keys() - OPEN:
        answers = browser.get(paths[name]), browser.post(paths[name])
        script = browser.get(paths[name], headers={"x-requested-with": "XMLHttpRequest"})
        led = all(a.status_code == 302 and a["Location"].startswith(f"{CODE}?next=") for a in answers)
        if not led or script.status_code != 403:
            wrong.append((name, [answer.status_code for answer in answers], script.status_code))
    assert wrong == []


def test_so_it_does_before_the_first_enrolment(people: People) -> None:
    browser, _answer = give_password(people.op)
    paths = admin_paths()
    for name in (
        "wagtailadmin_home",
        "wagtailadmin_api:pages:listing",
        "export_job_file",
        "opinions_contacts",
    ):
        assert browser.get(paths[name])["Location"].startswith(f"{CODE}?next=")


def test_addresses_that_are_not_there_say_no_more(people: People) -> None:
    browser, _answer = give_password(people.op)
    assert browser.get("/admin/no-such-page/")["Location"].startswith(CODE)


def test_half_way_nothing_is_taken_at_the_pages_of_the_second_step(people: People) -> None:
    browser, _answer = give_password(people.op)
    assert browser.get(CODE)["Location"].startswith(ENROL)
    assert browser.post(CODE, {"code": ""})["Location"].startswith(ENROL)
    browser.post("/admin/signin/leave/")
    assert browser.get("/admin/")["Location"].startswith(LOGIN)


def test_on_public_pages_half_way_is_a_visitor(people: People) -> None:
    draft = make_draft(proponent=people.company_a)
    report = draft.attachments.get()
    path = reverse("attachment", args=[draft.record.code, report.pk, "report.pdf"])
    signed_in, (half, _answer) = enrol(people.li)[0], give_password(people.li)
    own = signed_in.get(path)
    assert own.status_code == 200
    list(own)
    assert half.get(path).status_code == Client().get(path).status_code == 404


def test_a_stranger_and_somebody_signed_in_find_no_second_step(people: People) -> None:
    for path in (CODE, ENROL):
        assert Client().get(path)["Location"] == "/admin/"
        assert enrol_once(people).get(path)["Location"] == "/admin/"


def enrol_once(people: People) -> Client:
    Authenticator.objects.all().delete()
    return enrol(people.op)[0]


def test_signing_in_again_in_the_same_browser_needs_a_code_again(people: People) -> None:
    browser = enrol(people.op)[0]
    browser.post(LOGIN, {"username": "op", "password": "op"})
    assert browser.get("/admin/")["Location"].startswith(CODE)


def test_without_the_requirement_a_password_is_enough(people: People, settings: Any) -> None:
    settings.TWO_FACTOR = False
    browser, _answer = give_password(people.op)
    assert browser.get("/admin/").status_code == 200
    assert browser.get(ENROL).status_code == 404
    assert "没有启用两步验证" in browser.get("/admin/signin-security/").content.decode()


def test_a_visitor_gets_no_session(people: People) -> None:
    answer = Client().get("/")
    assert answer.status_code == 200
    session = getattr(answer.wsgi_request, "session", None)  # a kept page is answered before there is one
    assert session is None or not session.accessed
    assert not answer.cookies
