"""An evening on which a whole county comes: readers, senders, somebody on a slow line, and an officer who exports.

Whoever acts at a pace does so at fixed times whatever the answers do, and is timed from when the request should have gone out.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle, islice
from urllib.parse import quote, urlencode

from tests.load.senders import Filled, NoAnswerError, Target, add_file, fill_in, send
from tests.photos import large_photo

SECONDS_A_PAGE = 5.0
SECONDS_AN_OPINION = 20.0
SECONDS_AN_EXPORT = 10.0
PATIENCE = 60.0
PHOTO_BYTES = 2_000_000
SEARCHES = ("地下水", "渗透系数 防渗膜", "粉尘 AND 村庄", '"卫生防护距离"', "监测井", "噪声 厂界", "尾矿*")
FORMATS = ("xlsx", "pdf", "docx", "csv", "jsonl")
_CHUNK = 64 * 1024
# From the form to sending it: at least what the portal asks of a person.
WRITING_SECONDS = 6.0
_CSRF = "l" * 32


@dataclass(frozen=True, slots=True)
class Content:
    """Where things are: the reports' addresses and pages, a large file, the cookie of a signed-in officer."""

    reports: Sequence[str]
    pages: int
    large: str
    large_bytes: int
    large_sha256: str
    officer: str


@dataclass(frozen=True, slots=True)
class Evening:
    """Where to go, who comes, and for how many seconds."""

    target: Target
    content: Content
    seconds: float
    readers: int
    senders: int


@dataclass(slots=True)
class Seen:
    """What became of everything: seconds by kind of request, the forms sent, and each fault in words."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    forms: list[Filled] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, length and hash of the body, and its beginning as text."""

    status: int
    length: int
    sha256: str
    text: str
    location: str


def spend(evening: Evening) -> Seen:
    """Let everybody act at the same time and return what they saw.

    The reports have been out for some hours: earlier readers have had the picture of each page drawn, which is kept.
    """
    return asyncio.run(_spend(evening))


async def _spend(evening: Evening) -> Seen:
    seen, before = Seen(), Seen()
    for report in evening.content.reports:
        for number in range(1, evening.content.pages + 1):
            await _read(evening, "drawn", f"{report}{number}/", time.perf_counter(), before)
    for kind, path in islice(_visits(evening, 0), 12):
        await _read(evening, kind, path, time.perf_counter(), before)
    seen.seconds["picture, the first time"] = before.seconds["picture"][: evening.content.pages]
    began = time.perf_counter() + 0.5
    everybody = [_download(evening, began, seen), _export(evening, began, seen)]
    everybody += [_reader(evening, number, began, seen) for number in range(evening.readers)]
    everybody += [_sender(evening, number, began, seen) for number in range(evening.senders)]
    await asyncio.gather(*everybody)
    return seen


async def _at_pace(
    began: float, *, first: float, every: float, until: float, act: Callable[[int, float], Awaitable[None]]
) -> None:
    """Act ``first`` seconds after the beginning and then every so many, until the time is over."""
    turn = 0
    while (after := first + every * turn) < until:
        await asyncio.sleep(max(0.0, began + after - time.perf_counter()))
        await act(turn, began + after)
        turn += 1


def _visits(evening: Evening, number: int) -> Iterator[tuple[str, str]]:
    """Return kind and path of what a reader looks at, one after the other."""
    dice, content, visits = random.Random(number), evening.content, []
    for _round in range(6):
        report, word = dice.choice(content.reports), dice.choice(SEARCHES)
        page = dice.randrange(1, content.pages)
        visits += [
            ("notice", evening.target.path.removesuffix("opinion/")),
            ("list", dice.choice(("/notices/", "/county/", "/"))),
            ("search", f"/search/?q={quote(word)}"),
            ("report page", f"{report}{page}/?q={quote(word)}"),
            ("report page", f"{report}{page + 1}/"),
            ("notice", report[: report.index("report/")]),
        ]
    return cycle(visits[number % 6 :] + visits[: number % 6])


async def _reader(evening: Evening, number: int, began: float, seen: Seen) -> None:
    visits = _visits(evening, number)

    async def read(_turn: int, due: float) -> None:
        await _read(evening, *next(visits), due, seen)

    first = SECONDS_A_PAGE * number / evening.readers
    await _at_pace(began, first=first, every=SECONDS_A_PAGE, until=evening.seconds, act=read)


async def _read(evening: Evening, kind: str, path: str, due: float, seen: Seen) -> None:
    """Read a page, and look at the picture of a report page as the browser does."""
    answer = await _timed(evening, f"page: {kind}", path, due, seen)
    picture = re.search(r'src="([^"]+/image[^"]*)"', answer.text) if answer else None
    if picture:
        await _timed(evening, "picture", picture[1].replace("&amp;", "&"), time.perf_counter(), seen)


async def _timed(evening: Evening, kind: str, path: str, due: float, seen: Seen) -> Answer | None:
    try:
        answer = await fetch(evening.target.port, "GET", path)
    except NoAnswerError:
        seen.faults.append(f"{kind}: no answer")
        return None
    seen.seconds[kind].append(time.perf_counter() - due)
    if answer.status != 200:
        seen.faults.append(f"{kind}: {answer.status} {path}")
    return answer


async def _sender(evening: Evening, number: int, began: float, seen: Seen) -> None:
    """Send an opinion in every turn, each second one with a photo; the form was fetched as long before as a person needs."""
    address, photo = f"10.3.0.{number + 1}", large_photo(PHOTO_BYTES, number=number)

    async def write(turn: int, due: float) -> None:
        try:
            form = await fill_in(evening.target, f"第{number}人第{turn}份", address)
        except (NoAnswerError, AssertionError):
            seen.faults.append("form: no answer")
            return
        seen.forms.append(form)
        if (number + turn) % 2:
            sent = time.perf_counter()
            if not await add_file(evening.target, form, photo):
                seen.faults.append(f"photo: {form.answers}")
            seen.seconds["photo"].append(time.perf_counter() - sent)
        await asyncio.sleep(max(0.0, due + WRITING_SECONDS - time.perf_counter()))
        sent = time.perf_counter()
        await send(evening.target, form)
        seen.seconds["opinion"].append(time.perf_counter() - sent)
        if not form.got_receipt:
            seen.faults.append(f"opinion: {form.answers}")

    first = SECONDS_AN_OPINION * number / evening.senders
    until = max(evening.seconds - WRITING_SECONDS, first + 0.1)
    await _at_pace(began, first=first, every=SECONDS_AN_OPINION, until=until, act=write)


async def _download(evening: Evening, began: float, seen: Seen) -> None:
    """Download the large file on a line so slow that it takes nearly the whole evening."""
    content = evening.content
    await asyncio.sleep(max(0.0, began - time.perf_counter()))
    pace = content.large_bytes / (evening.seconds * 0.9)
    try:
        answer = await fetch(evening.target.port, "GET", content.large, bytes_a_second=pace)
    except NoAnswerError:
        seen.faults.append("download: broken off")
        return
    seen.seconds["download"].append(time.perf_counter() - began)
    if (answer.status, answer.length, answer.sha256) != (200, content.large_bytes, content.large_sha256):
        seen.faults.append(f"download: {answer.status}, {answer.length} bytes, another file")


async def _export(evening: Evening, began: float, seen: Seen) -> None:
    """Export the records of the notice in one format after the other; PDF is made in the background and fetched."""
    path = f"/admin/opinions/export/{evening.target.notice_code}/"

    async def export(turn: int, due: float) -> None:
        asked = {
            "purpose": "审查公众参与说明",
            "format": FORMATS[turn % len(FORMATS)],
            "csrfmiddlewaretoken": _CSRF,
        }
        try:
            answer = await _exported(evening, path, urlencode(asked).encode())
        except NoAnswerError:
            seen.faults.append("export: no answer")
            return
        seen.seconds[f"export {asked['format']}"].append(time.perf_counter() - due)
        if answer.status != 200 or answer.text.startswith("<!"):
            seen.faults.append(f"export {asked['format']}: {answer.status}")

    await _at_pace(began, first=1.0, every=SECONDS_AN_EXPORT, until=evening.seconds, act=export)


async def _exported(evening: Evening, path: str, form: bytes) -> Answer:
    """Return the file asked for: at once, or from the job that makes it when it is done."""
    port, cookie = evening.target.port, f"{evening.content.officer}; csrftoken={_CSRF}"
    answer = await fetch(port, "POST", path, form, cookie)
    if answer.status != 302:
        return answer
    job = answer.location
    while "<progress" in (await fetch(port, "GET", job, cookie=cookie)).text:
        await asyncio.sleep(1)
    return await fetch(port, "GET", f"{job}file/", cookie=cookie)


async def fetch(
    port: int, method: str, path: str, body: bytes = b"", cookie: str = "", *, bytes_a_second: float = 0.0
) -> Answer:
    """Send one request on a connection of its own; read the answer no faster than told. Raises NoAnswerError."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", port, limit=_CHUNK), PATIENCE
        )
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode("latin-1")
            return await _whole(reader, head, bytes_a_second)
        finally:
            writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise NoAnswerError from error


async def _whole(reader: asyncio.StreamReader, head: str, bytes_a_second: float) -> Answer:
    digest, length, text, began = sha256(), 0, b"", time.perf_counter()
    while piece := await asyncio.wait_for(reader.read(_CHUNK), PATIENCE):
        digest.update(piece)
        length += len(piece)
        if len(text) < 4 * _CHUNK:
            text += piece
        if bytes_a_second:
            await asyncio.sleep(max(0.0, began + length / bytes_a_second - time.perf_counter()))
    expected = re.search(r"(?i)content-length: (\d+)", head)
    if expected and int(expected[1]) != length:
        raise NoAnswerError
    location = re.search(r"(?i)\r\nlocation: (\S+)", head)
    return Answer(
        int(head.split(" ", 2)[1]),
        length,
        digest.hexdigest(),
        text.decode("utf-8", "replace"),
        location[1] if location else "",
    )
