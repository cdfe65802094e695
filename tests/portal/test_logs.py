"""Log lines: one object a line where asked for, no personal data, and the number that the error page shows."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client

from portal import views
from portal.error_reports import JsonFormatter, LineFormatter

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
REFERENCE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")


@pytest.fixture(params=["json", "line"])
def log(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What is written, in either format."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    form = (
        JsonFormatter()
        if request.param == "json"
        else LineFormatter("{levelname} {name} {message}", style="{")
    )
    handler.setFormatter(form)
    logger = logging.getLogger()
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


@pytest.fixture
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(typed: str) -> str:
        raise RuntimeError(f"no such code: {typed} of 13912345678")

    monkeypatch.setattr(views, "normalise_notice_code", fail)


@pytest.mark.usefixtures("_broken")
def test_the_number_on_the_error_page_stands_in_the_log_with_the_place_and_without_the_telephone(
    log: StringIO,
) -> None:
    page = Client(raise_request_exception=False).get("/find/?code=330106199001011234")
    assert page.status_code == 500
    reference = REFERENCE.search(page.content.decode())
    assert reference
    text = log.getvalue()
    assert reference[0] in text
    assert "views.py" in text
    for value in ("13912345678", "330106199001011234"):
        assert value not in text


@pytest.mark.usefixtures("_broken")
def test_two_errors_have_two_numbers() -> None:
    client = Client(raise_request_exception=False)
    pages = [client.get("/find/?code=1").content.decode() for _ in range(2)]
    assert len({REFERENCE.findall(page)[0] for page in pages}) == 2


def test_what_stands_in_an_address_as_a_key_is_not_logged(log: StringIO) -> None:
    assert Client().get("/p/very-secret-token/").status_code >= 400
    assert "very-secret-token" not in log.getvalue()


def test_json_is_one_object_a_line_however_long_the_traceback() -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("portal.example")
    logger.addHandler(handler)
    try:
        raise ValueError("第一行\n第二行")
    except ValueError:
        logger.exception("失败\n%s", "13912345678")
    logger.info("完")
    first, second = [json.loads(line) for line in written.getvalue().splitlines()]
    assert first["level"] == "ERROR"
    assert first["message"].startswith("失败\n")
    assert "13912345678" not in first["message"]
    assert "ValueError" in first["traceback"]
    assert second["message"] == "完"
    assert "traceback" not in second
