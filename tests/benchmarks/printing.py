"""A notice as PDF/A-3a in a process that has printed before: processor time and size, against the installed fonts as they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from notices.archive.documents import notice_archive
from notices.archive.editions import editions_of
from notices.models import NoticeRecord
from portal.figures import Figure
from tests.factories import make_notice
from tests.many_opinions import texts

NEEDS_INSTALLATION = True
ROUNDS = 7
LIMIT_SECONDS = 0.25
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def run() -> Iterator[Figure]:
    """Yield the median processor time of a notice of three pages and its size."""
    content = "\n".join(texts(2, 300))
    page = make_notice(now=AT, content=content)
    record = NoticeRecord.objects.select_related("page", "revision").get(page=page)
    (edition,) = editions_of(record)
    spent: dict[bool, list[float]] = {True: [], False: []}
    sizes: dict[bool, int] = {}
    pages = 0
    for own in (True, False) * (ROUNDS + 1):
        began = time.process_time()
        printed = notice_archive(edition, own_fonts=own)
        spent[own].append(time.process_time() - began)
        sizes[own], pages = len(printed.content), printed.pages
    ours, naive = (sorted(spent[own][1:])[ROUNDS // 2] for own in (True, False))
    size = f"{pages} pages"
    yield Figure("notice", ours, "s CPU", f"{LIMIT_SECONDS} s", ours / LIMIT_SECONDS, size)
    yield Figure("notice, time", ours, "s CPU", "installed fonts", ours / naive, size)
    yield Figure(
        "notice, file", sizes[True] / 1000, "kB", "installed fonts", sizes[True] / sizes[False], size
    )
