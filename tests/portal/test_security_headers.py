"""Which Content-Security-Policy goes with what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import make_notice

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
POLICY = "Content-Security-Policy"


def policy(client: Any, path: str) -> dict[str, str]:
    """Return the directives that go with an address."""
    response = client.get(path)
    if response.streaming:
        list(response)  # The file is read, and closed.
    parts = response.headers.get(POLICY, "").split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts) if name}


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/receipt/", "/n/000000/", "/nowhere/"])
def test_nothing_inline_runs_on_public_pages_errors_included(client: Any, path: str) -> None:
    found = policy(client, path)
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == "'self'"
    assert "unsafe" not in str(found)


def test_the_admin_loads_nothing_from_elsewhere(client: Any) -> None:
    found = policy(client, "/admin/login/")
    assert found["default-src"] == "'self'"
    assert "http" not in str(found)


def test_a_pdf_is_sent_without_the_sandbox_in_which_browsers_refuse_to_show_it(client: Any) -> None:
    notice = make_notice()
    file = notice.attachments.get()
    path = f"/n/{notice.record.code}/files/{file.pk}/{file.file_name}"
    assert policy(client, path) == {}
    answer = client.get(path)
    list(answer)
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/feed.atom", "/api/search/?q=x", "/sitemap.xml", "/ledger/verify.py"])
def test_whatever_is_no_page_is_kept_in_a_sandbox(client: Any, path: str) -> None:
    assert policy(client, path) == {"sandbox": "", "default-src": "'none'"}


def test_an_answer_without_a_type_leaves_the_policy_of_the_page_alone(client: Any) -> None:
    etag = client.get("/feed.atom")["ETag"]
    answer = client.get("/feed.atom", headers={"if-none-match": etag})
    assert answer.status_code == 304
    assert POLICY not in answer
