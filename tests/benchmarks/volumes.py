"""Comment records as volumes, by two child processes, against one WeasyPrint document of the same content in the same run.

``BENCH_OPINIONS`` is the number of opinions of 300 characters, 10,000 unless told otherwise; a tenth of it shows whether the cost is
linear. Wall time counts, so the machine must be quiet. Memory is the peak of the largest single process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from zoneinfo import ZoneInfo

from django.utils import timezone

from notices.archive.volumes import make_volumes
from notices.archive.volumes.content import read_volume
from notices.archive.volumes.document import order_of
from notices.archive.wording import wording_of
from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import Opinion
from portal.figures import Figure
from tests.factories import make_notice
from tests.many_opinions import fill

NEEDS_INSTALLATION = True
OPINIONS = int(os.environ.get("BENCH_OPINIONS", "10000"))
CHARACTERS = 300
ONE_PASS = """
import sys, datetime
from pathlib import Path
from notices.printing.job import Job
from notices.printing.rendering import print_html
at = datetime.datetime.fromisoformat(sys.argv[2])
print_html(Path(sys.argv[1]).read_text(), Job("pdf/a-3u", "one pass", "zh-CN", at), missing_glyphs="spell")
"""
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def run() -> Iterator[Figure]:
    """Yield wall time and memory against one pass, the cost after one new opinion and after one answer, and the growth."""
    small = _filled("小项目", OPINIONS // 10)
    few, _peak = _made(small)
    page = _filled("大项目", OPINIONS)
    full, peak = _made(page)
    size = f"{OPINIONS} opinions of {CHARACTERS} characters"
    single, single_peak = _single_pass(page)
    yield Figure("volumes, two processes", full, "s", "one pass", full / single, size)
    yield Figure("volumes, largest process", peak, "MB", "one pass", peak / single_peak, size)
    yield Figure("one pass", single, "s", size=size)
    each = full / OPINIONS * 1000
    yield Figure(
        "volumes, per opinion", each, "ms", f"{OPINIONS // 10}", each / (few / (OPINIONS // 10) * 1000), size
    )
    again, _peak = _made(page)
    yield Figure("volumes, nothing new", again, "s", "full build", again / full, size)
    fill(page, 1, characters=CHARACTERS, now=AT)
    one, _peak = _made(page)
    yield Figure("volumes, one new opinion", one, "s", "full build", one / full, size)
    opinion = Opinion.objects.filter(notice=page, answer__isnull=False).order_by("sequence")[3]
    opinion.answer = None
    opinion.save(update_fields=["answer"])
    touched, _peak = _made(page)
    yield Figure("volumes, one opinion touched", touched, "s", "full build", touched / full, size)


def _filled(name: str, count: int) -> NoticePage:
    page = make_notice(now=AT, project_name=name)
    fill(page, count, characters=CHARACTERS, now=AT)
    return page


def _made(page: NoticePage) -> tuple[float, float]:
    with _peak_of_children() as peak:
        began = time.monotonic()
        make_volumes(record_id=page.record.pk, now=timezone.now())
        took = time.monotonic() - began
    return took, max(peak) / 1024


def _single_pass(page: NoticePage) -> tuple[float, float]:
    record = NoticeRecord.objects.select_related("page", "revision").get(page=page)
    content = read_volume(record, wording_of(record), number=1, first=1, last=10**9)
    order = order_of(record, content)
    with TemporaryDirectory() as folder, _peak_of_children() as peak:
        source = Path(folder) / "all.html"
        source.write_text(order.html)
        began = time.monotonic()
        command = [sys.executable, "-c", ONE_PASS, str(source), order.created.isoformat()]
        subprocess.run(command, check=True)
        took = time.monotonic() - began
    return took, max(peak) / 1024


@contextmanager
def _peak_of_children() -> Iterator[list[int]]:
    """Yield a list that gets the peak in kB of every child process."""
    peaks, over = [0], Event()

    def watch() -> None:
        while not over.wait(0.1):
            for task in Path("/proc/self/task").iterdir():
                for pid in _read(task / "children").split():
                    peaks.append(_peak(pid))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()
        peaks[:] = [max(peaks)]


def _peak(pid: str) -> int:
    lines = [line for line in _read(Path(f"/proc/{pid}/status")).splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) if lines else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
