"""The participation statement of a project with many opinions: CPU time of each, and memory, which must not grow with their number.

``BENCH_STATEMENT`` are the numbers of opinions of 300 characters, 300,3000 unless told otherwise. Memory is the peak of the largest
single process, the one that builds or the one that prints; all texts are released, so that they stand in the table.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from notices.archive.statement import handling
from notices.archive.statement.building import build_statement
from notices.models import NoticePage
from notices.opinions.models import Answer, Opinion
from notices.services import close_windows
from portal.figures import Figure
from tests.factories import make_notice
from tests.many_opinions import fill
from tests.people import make_people

NEEDS_INSTALLATION = True
SIZES = [int(size) for size in os.environ.get("BENCH_STATEMENT", "300,3000").split(",")]
CHARACTERS = 300
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def run() -> Iterator[Figure]:
    """Yield CPU time of each opinion and the peak memory, at each size set against the first."""
    user = make_people().li
    first: tuple[float, float] | None = None
    for size in SIZES:
        page = _filled(size)
        with _everything_released():
            cpu, peak, pages = _built(page, user)
        each = cpu / size * 1000
        first = first or (each, peak)
        words, against = f"{size} opinions, {pages} pages", f"{SIZES[0]} opinions"
        yield Figure("statement, CPU per opinion", each, "ms", against, each / first[0], words)
        yield Figure("statement, largest process", peak, "MB", against, peak / first[1], words)


def _filled(count: int) -> NoticePage:
    page = make_notice(now=AT, project_name=f"有{count}条意见的项目")
    fill(page, count, characters=CHARACTERS, now=AT)
    Opinion.objects.filter(notice=page).update(answer=Answer.objects.get(notice=page))
    close_windows(now=AT + timedelta(days=30))
    return NoticePage.objects.get(pk=page.pk)


def _everything_released() -> Any:
    """Take every text for released and looked at."""
    return mock.patch.multiple(
        handling,
        is_disclosed=lambda _page: True,
        released_opinions=lambda page: Opinion.objects.filter(notice=page),
        unreleased_opinions=lambda _page: Opinion.objects.none(),
    )


def _built(page: NoticePage, user: object) -> tuple[float, float, int]:
    """Return CPU seconds of this process and its children, the largest peak in MB, and the number of pages."""
    assert page.project is not None
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak (proc(5))
    peaks, over = [0], Event()

    def watch() -> None:
        while not over.wait(0.1):
            peaks.extend(_peak(pid) for pid in _children())

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    began = time.process_time(), os.times()
    build = build_statement(project=page.project, user=user, now=AT + timedelta(days=30))
    over.set()
    watcher.join()
    ended = os.times()
    own = time.process_time() - began[0]
    children = sum(ended[2:4]) - sum(began[1][2:4])
    return own + children, max(*peaks, _peak("self")) / 1024, build.pages


def _children() -> list[str]:
    return [pid for task in Path("/proc/self/task").iterdir() for pid in _read(task / "children").split()]


def _peak(pid: str) -> int:
    lines = [line for line in _read(Path(f"/proc/{pid}/status")).splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) if lines else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
