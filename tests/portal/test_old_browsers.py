"""Nothing that a resident needs breaks in a browser of five years ago: what it cannot skip over is not used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = [
    *(ROOT / "portal" / "static" / "portal").rglob("*.css"),
    *(ROOT / "portal" / "static" / "portal").rglob("*.js"),
    ROOT / "notices" / "static" / "notices" / "ledger.js",
]
TEMPLATES = [file for file in (ROOT / "templates").rglob("*.html") if "admin" not in file.parent.as_posix()]
# Safari 15, Chromium 96 and Firefox 95 know none of these; a whole rule, script or page fails with them.
UNKNOWN = {
    ".css": (
        *(r"@(layer|container|scope|property|starting-style)\b", r":(has|popover-open|modal)\b", r"\bcolor-mix\("),
        *(r"\d(dvh|svh|lvh|dvw|cqw|cqh)\b", r"@media[^{]*[<>]", r"\b(oklch|oklab|light-dark)\(", r"\bsubgrid\b"),
    ),
    ".js": (
        *(r"\?\?=|\|\|=|&&=", r"\(\?<[=!]", r"\.(at|findLast|findLastIndex|toSorted|toReversed|toSpliced)\("),
        *(r"\b(structuredClone|randomUUID|showModal|showPopover|withResolvers)\b", r"\bObject\.(hasOwn|groupBy)\b"),
        *(r"^(await|import|export)\b", r"\bstatic\s*\{", r"#\w+\s+in\s"),
    ),
    ".html": (r"<(dialog|search)\b", r"\s(popover|inert)[\s=>]", r'type="(module|importmap)"'),
}  # fmt: skip


def unknown_in(text: str, kind: str) -> list[str]:
    """Return what an old browser stumbles over in a file of that kind."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    found = [match.group().strip() for one in UNKNOWN[kind] for match in re.finditer(one, text, flags=re.M)]
    return found + (_nested(text) if kind == ".css" else [])


def _nested(css: str) -> list[str]:
    """Return the selectors of style rules inside style rules."""
    open_rules, found = list[str](), []
    for prelude, brace in re.findall(r"([^{};]*)([{}])|;", css):
        if brace == "{":
            name = prelude.strip()
            if any(not rule.startswith("@") for rule in open_rules):
                found.append(name)
            open_rules.append(name)
        elif brace == "}":
            open_rules.pop()
    return found


def test_no_public_file_needs_a_browser_of_the_last_five_years() -> None:
    files = STATIC + TEMPLATES
    assert len(files) > 40
    found = {file.name: unknown_in(file.read_text(encoding="utf-8"), file.suffix) for file in files}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (".css", ".a { color: red; .b & { color: blue; } }"),
        (".css", "@media (min-width: 1em) { .a:has(.b) { color: red; } }"),
        (".css", "@media (width >= 600px) { .a { color: red; } }"),
        (".js", "const last = rows.at(-1);"),
        (".js", "await load();"),
        (".html", "<dialog open>"),
    ],
)
def test_what_is_too_new_is_found(kind: str, text: str) -> None:
    assert unknown_in(text, kind)


def test_usual_rules_are_not_taken_for_nested_ones() -> None:
    assert (
        unknown_in("@media print { @page { margin: 1mm; } .a { color: red; } } .b { color: red }", ".css")
        == []
    )


def test_focus_is_seen_where_a_browser_does_not_know_focus_visible() -> None:
    css = (ROOT / "portal" / "static" / "portal" / "css" / "portal.css").read_text(encoding="utf-8")
    assert re.search(r"(?m)^:focus \{ outline: 3px", css)
