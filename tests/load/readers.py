"""Readers of one page over HTTP, as fast as the server answers: asyncio and plain sockets that stay open."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from tests.load.senders import NoAnswerError


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, path: str) -> Answer:
    """Ask for a path on an open connection, compressed if possible. Raises NoAnswerError."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
    try:
        writer.write(head.encode())
        top = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value for name, _colon, value in (line.partition(": ") for line in top[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (OSError, asyncio.IncompleteReadError) as error:
        raise NoAnswerError from error
    return Answer(int(top[0].split(" ", 2)[1]), headers, body)


async def _read_on(port: int, path: str, until: float) -> int:
    done = 0
    connection = None
    while time.perf_counter() < until:
        connection = connection or await asyncio.open_connection("127.0.0.1", port)
        answer = await ask(*connection, port, path)
        assert answer.status == 200, answer.status
        done += 1
        if answer.headers.get("connection") == "close":
            connection[1].close()
            connection = None
    if connection:
        connection[1].close()
    return done


async def rate(port: int, path: str, *, readers: int, seconds: float) -> float:
    """Return how many answers a second that many readers get together."""
    began = time.perf_counter()
    done = await asyncio.gather(*(_read_on(port, path, began + seconds) for _reader in range(readers)))
    return sum(done) / (time.perf_counter() - began)


async def fetch(port: int, path: str) -> Answer:
    """Return the answer to one request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await ask(reader, writer, port, path)
    finally:
        writer.close()
