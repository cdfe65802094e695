"""The choice of type size: kept when asked for, leading back to the page and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def chosen(client: Client, size: str, back: str = "/notices/?state=open") -> str:
    """Choose a size as the form does and return where it leads."""
    response = client.post("/type/", {"type": size, "next": back})
    assert response.status_code == 302
    return response["Location"]


def test_no_page_sets_a_cookie_before_a_choice_and_none_is_kept_after_going_back() -> None:
    client = Client(enforce_csrf_checks=True)
    assert not client.get("/notices/").cookies
    assert chosen(client, "large") == "/notices/?state=open"
    assert client.cookies["portal_type"].value == "large"
    assert client.cookies["portal_type"]["samesite"] == "Lax"
    assert b'data-type="large"' in client.get("/notices/").content
    chosen(client, "normal")
    assert not client.cookies["portal_type"].value
    assert b'data-type="large"' not in client.get("/notices/").content


def test_the_switch_stands_on_what_is_read_and_where_scripts_run_on_what_answers_a_form() -> None:
    client = Client()
    switch = 'data-normal="标准字">'.encode()
    assert switch in client.get("/receipt/").content
    assert switch not in client.post("/receipt/").content


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:1", ""])
def test_it_leads_nowhere_but_into_the_portal(back: str) -> None:
    assert chosen(Client(), "large", back) == "/"


@pytest.mark.parametrize("size", ["", "gigantic", '"><script>'])
def test_an_unknown_size_is_the_usual_one(size: str) -> None:
    client = Client()
    chosen(client, size)
    assert not client.cookies["portal_type"].value
    client.cookies["portal_type"] = "gigantic"
    assert b'data-type="large"' not in client.get("/notices/").content


def test_the_cookie_travels_over_https_only_where_sessions_do(settings: object) -> None:
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]
    client = Client()
    chosen(client, "large")
    assert client.cookies["portal_type"]["secure"]


def test_a_page_that_failed_and_one_not_found_keep_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(code: str) -> bool:
        raise RuntimeError

    client = Client(raise_request_exception=False)
    client.cookies["portal_type"] = "large"
    assert b'data-type="large"' in client.get("/nowhere/").content
    monkeypatch.setattr("portal.views.is_notice_code", failing)
    response = client.get("/find/?code=123456")
    assert response.status_code == 500
    assert b'data-type="large"' in response.content
