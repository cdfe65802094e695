"""Imports go down the layers of the architecture; siblings do not know each other; engines have one importer."""

from __future__ import annotations

import functools
import sys

import grimp
import pytest

# A module belongs to its longest matching part; a line may import lines of a lower layer only.
PARTS = {
    "portal": 6,
    "search": 5,
    "notices.archive": 5,
    "notices.exports": 4,
    "notices.opinions": 3,
    "notices.importer": 3,
    "notices.subscriptions": 3,
    "notices": 2,
    "notices.ledger": 1,
    "notices.outbox": 1,
    "notices.statutory": 1,
    "notices.printing": 1,
    "search.backends": 1,
    "search.analysis": 1,
    "search.extraction": 1,
    "notices.sealing": 0,
}
# Backends and extraction normalise text with the analysis that every engine shares.
ALLOWED = {("search.backends", "search.analysis"), ("search.extraction", "search.analysis")}
ENGINES = {
    "weasyprint": "notices.printing",
    "pydyf": "notices.printing",
    "xlsxwriter": "notices.exports",
    "whoosh": "search.backends.whoosh",
    "pypdfium2": "search.extraction",
    "cryptography": "notices.sealing",
    "pyrage": "notices.sealing",
    "segno": "notices.printing",
    "django_otp": "portal",
    "icalendar": "notices",
    "rfc3161_client": "notices.ledger",
    "boto3": "portal",
    "storages": "portal",
    "rjieba": "search",
    "opensearchpy": "search.backends.opensearch",
    "elasticsearch": "search.backends.elasticsearch",
}


@functools.cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("portal", "notices", "search", include_external_packages=True)


def part_of(module: str) -> str | None:
    fitting = [part for part in PARTS if module == part or module.startswith(f"{part}.")]
    return max(fitting, key=len) if fitting else None


def edges() -> list[tuple[str, str]]:
    return [
        (importer, imported)
        for importer in graph().modules
        for imported in graph().find_modules_directly_imported_by(importer)
    ]


def test_imports_go_down_the_layers() -> None:
    wrong = []
    for importer, imported in edges():
        upper, lower = part_of(importer), part_of(imported)
        if upper is None or lower is None or upper == lower or (upper, lower) in ALLOWED:
            continue
        if PARTS[upper] <= PARTS[lower]:
            wrong.append(f"{importer} imports {imported}")
    assert wrong == []


@pytest.mark.parametrize(("engine", "owner"), ENGINES.items())
def test_an_engine_has_one_importing_package(engine: str, owner: str) -> None:
    importers = {importer for importer, imported in edges() if imported.split(".")[0] == engine}
    assert importers, f"nobody imports {engine}"
    assert {importer for importer in importers if part_of(importer) != part_of(owner)} == set()


def test_the_statute_knows_only_the_standard_library_and_stdnum() -> None:

    foreign = {
        imported
        for importer, imported in edges()
        if part_of(importer) == "notices.statutory"
        and part_of(imported) != "notices.statutory"
        and imported.split(".")[0] not in {*sys.stdlib_module_names, "stdnum"}
    }
    assert foreign == set()
