"""SEARCH_URL names the search engine; what it cannot name stops the start with a sentence that says what to write."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from portal.settings.env import env_search
from search.checks import check_engine

SQLITE = {"ENGINE": "django.db.backends.sqlite3"}
POSTGRESQL = {"ENGINE": "django.db.backends.postgresql"}


def engine(
    monkeypatch: pytest.MonkeyPatch, address: str, database: dict[str, Any] = SQLITE
) -> dict[str, Any]:
    monkeypatch.setenv("SEARCH_URL", address)
    return env_search("SEARCH_URL", database=database, folder=Path("/data/index"))


def test_empty_is_whoosh_beside_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine(monkeypatch, "")["BACKEND"] == "search.backends.whoosh"
    assert engine(monkeypatch, "")["PATH"] == "/data/index"


def test_postgresql_is_the_portals_own_database_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine(monkeypatch, "postgresql:", POSTGRESQL)["BACKEND"] == "search.backends.postgresql"
    with pytest.raises(ImproperlyConfigured, match="set DATABASE_URL"):
        engine(monkeypatch, "postgresql:")


@pytest.mark.parametrize(
    ("address", "backend", "url", "prefix"),
    [
        ("opensearch://localhost:9200", "opensearch", "http://localhost:9200", "portal_"),
        ("opensearch+https://a:b%40c@host/eia", "opensearch", "https://a:b%40c@host", "eia_"),
        ("elasticsearch+https://host:9243/", "elasticsearch", "https://host:9243", "portal_"),
    ],
)
def test_a_server_is_named_by_its_address(
    monkeypatch: pytest.MonkeyPatch, address: str, backend: str, url: str, prefix: str
) -> None:
    found = engine(monkeypatch, address)
    assert (found["BACKEND"], found["URLS"], found["INDEX_PREFIX"]) == (
        f"search.backends.{backend}",
        [url],
        prefix,
    )


@pytest.mark.parametrize(
    "address",
    [
        "whoosh",
        "postgresql://user:secret@host/name",
        "https://host:9200",
        "opensearch+http2://host",
        "opensearch://",
        "opensearch://user:secret@host:none",
        "opensearch://user:secret@host/Über/x",
        "opensearch://user:secret@host/?secret=1",
    ],
)
def test_anything_else_is_refused_without_repeating_a_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="opensearch\\+https://user") as refused:
        engine(monkeypatch, address, POSTGRESQL)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "client"), [("opensearch", "opensearchpy"), ("elasticsearch", "elasticsearch")]
)
def test_a_missing_client_is_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, name: str, client: str
) -> None:
    for module in [each for each in sys.modules if each.startswith(f"{client}.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, client, None)
    for package in ("search.backends", "modelsearch.backends"):
        for module in [each for each in sys.modules if each.startswith(f"{package}.{name}")]:
            monkeypatch.delitem(sys.modules, module)
            monkeypatch.delattr(sys.modules[package], module.removeprefix(f"{package}."), raising=False)
    settings.WAGTAILSEARCH_BACKENDS = {"default": engine(monkeypatch, f"{name}://localhost:9200")}
    (error,) = check_engine()
    assert error.id == "search.E001"
    assert "pip install" in error.msg
