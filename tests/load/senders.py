"""Senders of opinions over HTTP, light enough to run beside the server: asyncio and plain sockets.

A sender does what a browser without JavaScript does: it fetches the form, waits as a person would, and posts the last
step. Requests go out at fixed times whatever the answers do, and are timed from when they should have gone out, so that a
stalled server is not flattered.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

# What the portal asks of a person at least.
FILLING_SECONDS = 3.2
PATIENCE = 30.0
URLENCODED = "application/x-www-form-urlencoded"
_BOUNDARY = "------------------------load"
TEXT = "请在村东头加密地下水监测井，并把每月的监测结果贴在村务公开栏。" * 6


class NoAnswerError(Exception):
    """The connection ended before a whole answer came."""


@dataclass(slots=True)
class Filled:
    """One filled-in form, and what became of it."""

    address: str
    text: str
    contact: str
    token: str
    answers: list[int] = field(default_factory=list)
    seconds: float = 0.0
    number: str = ""
    code: str = ""
    file_hash: str = ""

    @property
    def got_receipt(self) -> bool:
        """Whether its sender holds a receipt."""
        return bool(self.number)


@dataclass(frozen=True, slots=True)
class Target:
    """The opinion form of one notice on a running portal."""

    port: int
    notice_code: str

    @property
    def path(self) -> str:
        """Return the address of the form."""
        return f"/n/{self.notice_code}/opinion/"


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field, empty when there is none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return unescape(found[1]) if found else ""


async def request(
    target: Target, method: str, address: str, body: bytes = b"", content_type: str = URLENCODED
) -> tuple[int, str]:
    """Send one request on a connection of its own and return status and body. Raises NoAnswerError."""
    head = (
        f"{method} {target.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nX-Forwarded-For: {address}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
            try:
                writer.write(head.encode() + body)
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        raise NoAnswerError from error
    top, separator, content = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", top)
    if not separator or (length and int(length[1]) != len(content)):
        raise NoAnswerError
    return int(top.split(b" ", 2)[1]), content.decode()


async def fill_in(target: Target, name: str, address: str) -> Filled:
    """Fetch the form and fill it in; ``name`` makes its text the only one."""
    status, html = await request(target, "GET", address)
    assert status == 200, (status, html[:500])
    contact = f"139{abs(hash(name)) % 10**8:08d}"
    return Filled(address, f"{name}：{TEXT}", contact, hidden(html, "token"))


async def fill_in_all(target: Target, names: Sequence[tuple[str, str]], *, at_once: int = 8) -> list[Filled]:
    """Fetch and fill in a form for each name and address, then wait as long as a person needs."""
    gate = asyncio.Semaphore(at_once)

    async def one(name: str, address: str) -> Filled:
        async with gate:
            return await fill_in(target, name, address)

    filled = await asyncio.gather(*(one(name, address) for name, address in names))
    await asyncio.sleep(FILLING_SECONDS)
    return filled


async def add_file(target: Target, form: Filled, content: bytes) -> bool:
    """Send a photo with page one, as the form does without its script; whether it was taken."""
    parts = {"token": form.token, "go": "contact", "step": "opinion", "text": form.text}
    body = b"".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts.items()
    )
    body += (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="photo.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body += content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    content_type = f"multipart/form-data; boundary={_BOUNDARY}"
    try:
        status, html = await request(target, "POST", form.address, body, content_type)
    except NoAnswerError:
        form.answers.append(0)
        return False
    form.answers.append(status)
    form.file_hash = hidden(html, "file_hash")
    return status == 200 and bool(form.file_hash)


async def send(target: Target, form: Filled) -> None:
    """Post the last step and note the receipt; leaves the form without one when no answer came."""
    fields = {
        "token": form.token,
        "go": "send",
        "step": "check",
        "text": form.text,
        "contact": form.contact,
        "kind": "person",
        **({"file_hash": form.file_hash} if form.file_hash else {}),
    }
    try:
        status, html = await request(target, "POST", form.address, urlencode(fields).encode())
    except NoAnswerError:
        form.answers.append(0)
        return
    form.answers.append(status)
    if status == 200:
        form.number, form.code = hidden(html, "number"), hidden(html, "code")


async def send_at_pace(target: Target, senders: Sequence[Sequence[Filled]], *, every: float) -> float:
    """Let each sender send its forms, one in ``every`` seconds, the senders evenly apart; return the seconds it took."""
    began = time.perf_counter() + 0.1

    async def one(number: int, forms: Sequence[Filled]) -> None:
        for turn, form in enumerate(forms):
            due = began + every * (turn + number / len(senders))
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await send(target, form)
            form.seconds = time.perf_counter() - due

    await asyncio.gather(*(one(number, forms) for number, forms in enumerate(senders)))
    return time.perf_counter() - began
