"""Odd requests at every address: whatever is asked, typed or uploaded, no answer may be an error of the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, reverse
from hypothesis import strategies as st

from tests.pdf import make_pdf
from tests.photos import photo_bytes
from tests.portal.permissions.probe import Address, addresses, ask, clients, path_of, print_nothing
from tests.portal.permissions.table import ANSWERS
from tests.portal.permissions.world import World, make_world
from tests.word import make_docx, paragraph

# Anonymous, the proponent, the operator, an officer: between them they are let in everywhere.
ROLES = "APOG"
COMMON = (
    "q",
    "p",
    "page",
    "code",
    "county",
    "state",
    "kind",
    "ordering",
    "next",
    "notice",
    "opinion",
    "format",
    "v",
)
PIECES = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "9" * 30,
        "１",
        "1e999",
        "NaN",
        "on",
        "None",
        "[]",
        "{}",
        "null",
        "true",
        "141026",
    ),
    *(
        "2026-02-30",
        "2026-03-02",
        "0000-00-00",
        "9999-12-31",
        "2026-03-02 25:00",
        "9999-12-31T23:59",
        "00:00",
    ),
    *(
        "\x00",
        "\ud800",
        "\u202e",
        "𬒔",
        "<b>",
        "%s",
        "{0}",
        "'",
        '"',
        "\\",
        "../..",
        "http://[",
        "//x.example",
    ),
    *("渗滤液", "环评公示", "13900000001", "a@b.example", "\r\n", "😀", "长" * 3000, "-", ",", "age1x"),
)
TYPED = st.one_of(
    st.sampled_from(PIECES), st.text(max_size=40), st.integers().map(str), st.dates().map(str)
).map(
    # No browser sends half a surrogate pair.
    lambda text: text.encode("utf-8", "replace").decode("utf-8")
)
KEYS = {"int": st.sampled_from([0, 1, 2, 10**10, 2**63, 10**30]), "str": TYPED, "slug": st.just("x-1")}
SEEDS = {
    "a.pdf": make_pdf(["第一页", "第二页"]),
    "a.jpg": photo_bytes(),
    "a.docx": make_docx(paragraph("建设单位：测试公司")),
    "a.txt": "环境影响评价公示\n建设单位：测试公司".encode("gb18030"),
    "a.json": b'{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}]}',
}
NAMES = st.sampled_from([*SEEDS, "..", "\x00.pdf", "a" * 300 + ".pdf", "a.exe", "照片.PDF", ".htaccess"])


@dataclass(frozen=True, slots=True)
class Door:
    """An address as one person may ask for it with one method."""

    role: str
    method: str
    address: Address


@dataclass(slots=True)
class House:
    """The world, a browser for each person, the doors that are open to them, and the fields behind each."""

    world: World
    browsers: dict[str, Any]
    doors: list[Door]
    fields: dict[Door, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def fields_of(self, door: Door) -> dict[str, tuple[str, str]]:
        """Return what the form at an address has: (type, value) by name; nothing where it shows none."""
        if door not in self.fields:
            path, found = path_of(door.address, self.world) or "/", _Fields()
            if "html" in (answer := ask(self.browsers[door.role], "GET", path, {})).get("Content-Type", ""):
                found.feed(answer.content.decode())
            self.fields[door] = found.found
        return self.fields[door]


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("input", "select", "textarea", "button") and (name := named.get("name")):
            self.found.setdefault(name, (named.get("type") or tag, named.get("value") or ""))


def make_house(monkeypatch: pytest.MonkeyPatch) -> House:
    """Make everything; nothing is printed, since that takes long and has tests of its own."""
    world = make_world()
    print_nothing(monkeypatch)
    browsers = clients(world)
    for browser in browsers.values():
        browser.raise_request_exception = True
    doors = [
        Door(role, method, address)
        for address in addresses()
        for method, roles in zip(("GET", "POST"), ANSWERS.get(address.name, ("", "")), strict=True)
        for role in ROLES
        if role in roles
    ]
    return House(world, browsers, doors)


@st.composite
def files(draw: st.DrawFn) -> SimpleUploadedFile:
    """Return a file that is nearly right: bytes lost, changed, doubled or cut off, under some name."""
    content = bytearray(draw(st.sampled_from(list(SEEDS.values()))))
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 200))
        other = draw(
            st.one_of(st.just(b""), st.binary(max_size=40), st.just(bytes(content[at : at + length]) * 2))
        )
        content[at : at + length] = other
    if draw(st.booleans()):
        del content[draw(st.integers(0, len(content))) :]
    kind = draw(st.sampled_from(["application/pdf", "image/jpeg", "text/html", "", "x"]))
    return SimpleUploadedFile(draw(NAMES), bytes(content), content_type=kind)


def knock(house: House, data: st.DataObject, door: Door) -> int:
    """Ask at a door with something odd; return the status.

    An exception that would have been the answer 500 is raised; what the request wrote is taken back.
    """
    browser, path = house.browsers[door.role], _odd_path(house, data, door)
    fields = house.fields_of(door)
    names = data.draw(st.lists(st.sampled_from([*fields, *COMMON]), max_size=6, unique=True), label="names")
    sent: dict[str, Any] = {}
    if door.method == "POST" and data.draw(st.booleans(), label="rest of the form"):
        sent = {
            name: value for name, (kind, value) in fields.items() if kind not in ("file", "button", "submit")
        }
    for name in names:
        is_file = door.method == "POST" and fields.get(name, ("", ""))[0] == "file"
        sent[name] = data.draw(files() if is_file else TYPED, label=name)
    status: int = ask(browser, door.method, path, sent).status_code
    return status


def _odd_path(house: House, data: st.DataObject, door: Door) -> str:
    """Return the address, at times of what there is not."""
    usual = path_of(door.address, house.world) or "/"
    if not door.address.wanted or data.draw(st.integers(0, 3), label="keys") > 0:
        return usual
    keys = house.world.keys(door.address.name, door.address.wanted)
    name = data.draw(st.sampled_from(list(keys)), label="key")
    odd = data.draw(KEYS["int" if isinstance(keys[name], int) else "str"], label="its value")
    try:
        return reverse(door.address.name, kwargs={**keys, name: odd})
    except NoReverseMatch:
        return usual


def is_fault(status: int) -> bool:
    """Whether an answer is an error of the server; 503 of the health page says how the portal is."""
    return status >= 500 and status != 503
