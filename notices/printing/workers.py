"""Many documents printed by child processes, a few at a time, each child replaced after some documents.

What WeasyPrint needs for a long document grows with its length and is never given back wholly; a child's memory is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from typing import Any, Literal, TypeVar
from uuid import uuid4

from notices.printing.print_fonts import FOLDER_VARIABLE, fonts_folder
from notices.printing.rendering import ZONE, PrintingFaultError, PrintingUnavailable, UnprintableTextError

PROCESSES = 2
DOCUMENTS_OF_A_CHILD = 10
LONGEST_SECONDS = 900.0
_PROJECT = Path(__file__).resolve().parent.parent.parent
Key = TypeVar("Key", bound=Hashable)
PrintingError = PrintingFaultError | PrintingUnavailable | UnprintableTextError


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """A composed document (``rendering.compose``) to be printed; ``created`` is aware."""

    html: str
    title: str
    created: datetime
    variant: str = "pdf/a-3u"
    lang: str = "zh-CN"
    missing_glyphs: Literal["refuse", "spell"] = "spell"


@dataclass(frozen=True, slots=True)
class PrintedPath:
    """A printed file in the folder given, and its number of pages."""

    path: Path
    pages: int


def print_in_children(
    orders: Iterable[tuple[Key, PrintOrder]], folder: Path, *, processes: int = PROCESSES
) -> Generator[tuple[Key, PrintedPath | PrintingError], None, None]:
    """Print orders in child processes and yield each under its key as it is done, or why it could not be printed.

    Orders are asked for as children get free, so that the caller may compose them one by one. The files are the caller's.
    """
    left = iter(orders)
    children: SimpleQueue[_Child] = SimpleQueue()
    staff = [_Child(folder) for _number in range(processes)]
    for child in staff:
        children.put(child)

    def work(order: PrintOrder) -> PrintedPath | PrintingError:
        child = children.get()
        try:
            return child.print(order)
        finally:
            children.put(child)

    threads = ThreadPoolExecutor(processes)
    running: dict[Future[PrintedPath | PrintingError], Key] = {}
    try:
        while True:
            # One more than can be worked on, so that no child waits for its next order to be composed.
            for key, order in islice(left, processes + 1 - len(running)):
                running[threads.submit(work, order)] = key
            if not running:
                return
            done, _waiting = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        for child in staff:
            child.stop()
        threads.shutdown(cancel_futures=True)


@contextmanager
def one_child(folder: Path) -> Iterator[Callable[[PrintOrder], PrintedPath]]:
    """Give a function that prints in a child process, for parts of which each needs to know what the one before it came to.

    It raises PrintingUnavailable, PrintingFaultError, UnprintableTextError. The files are the caller's.
    """
    child = _Child(folder)

    def printed(order: PrintOrder) -> PrintedPath:
        result = child.print(order)
        if isinstance(result, PrintedPath):
            return result
        raise result

    try:
        yield printed
    finally:
        child.stop()


class _Child:
    """A process that prints, started when it is needed and replaced after some documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._printed = 0
        self._stopped = False

    def print(self, order: PrintOrder) -> PrintedPath | PrintingError:
        """Return the printed file, or what went wrong."""
        if self._printed >= DOCUMENTS_OF_A_CHILD:
            self._end()
        target = self._folder / f"{uuid4().hex}.pdf"
        return _result(self._ask(order, target), target)

    def _ask(self, order: PrintOrder, target: Path) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        said = {
            "html": order.html,
            "title": order.title,
            "created": order.created.astimezone(ZONE).isoformat(),
            "variant": order.variant,
            "lang": order.lang,
            "missing_glyphs": order.missing_glyphs,
            "target": str(target),
        }
        timer = Timer(LONGEST_SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(said) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        self._printed += 1
        if not line.endswith("\n"):
            self._end()
            return {"fault": "the printing process ended before it was done"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> subprocess.Popen[str]:
        if self._stopped:
            raise RuntimeError("stopped")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "notices.printing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=_PROJECT,
            env={**os.environ, FOLDER_VARIABLE: str(fonts_folder())},
        )
        self._printed = 0
        return self._process

    def stop(self) -> None:
        """End for good, in the middle of a document if need be."""
        self._stopped = True
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _result(answer: dict[str, Any], path: Path) -> PrintedPath | PrintingError:
    if "pages" in answer:
        return PrintedPath(path, int(answer["pages"]))
    path.unlink(missing_ok=True)
    if "unprintable" in answer:
        return UnprintableTextError(answer["unprintable"])
    if "missing" in answer:
        return PrintingUnavailable(answer["missing"])
    return PrintingFaultError(answer["fault"])
