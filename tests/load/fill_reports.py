"""Fill an installation with the pages of many reports, indexed: python -m tests.load.fill_reports PAGES.

Notices go through the services like any other; page texts are written and indexed in bulk, as a rebuild does, because
the tasks of 100,000 pages are not what is measured. Nothing is left in the queue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import django

PAGES_OF_A_REPORT = 100
NOTICES = 300
ROWS_AT_ONCE = 2000
COUNTIES = ("141026", "141027", "141002", "141021", "140925", "140106", "140902")
INDUSTRIES = ("铁矿采选", "砖瓦制造", "煤炭洗选", "生态修复", "垃圾填埋", "")


def fill(size: int) -> None:
    """Publish notices whose reports have ``size`` pages together, and index them."""
    from portal.preparation import prepare
    from tests.benchmarks.corpus import pages

    prepare()
    texts = pages(size)
    count = max(1, min(NOTICES, size // PAGES_OF_A_REPORT))
    for number in range(count):
        share = size * (number + 1) // count - size * number // count
        _fill_report(_publish(number), islice(texts, share), share)
    _index()


def _publish(number: int) -> Any:
    from django.utils import timezone

    from tests.factories import make_notice

    return make_notice(
        now=timezone.now() - timedelta(days=number * 7 % 900),
        project_name=f"第{number + 1}号沟道生态修复项目",
        division_code=COUNTIES[number % len(COUNTIES)],
        category=INDUSTRIES[number % len(INDUSTRIES)],
    )


def _fill_report(notice: Any, texts: Iterator[str], count: int) -> None:
    from django.utils import timezone

    from notices.models import Attachment
    from search.models import AttachmentText, PageText
    from search.vocabulary import count_words

    report = notice.attachments.get()
    Attachment.objects.filter(pk=report.pk).update(pages=count)
    AttachmentText.objects.create(attachment=report, page_count=count, extracted_at=timezone.now())
    rows = (PageText(attachment=report, number=at, text=text) for at, text in enumerate(texts, 1))
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        PageText.objects.bulk_create(batch)
    count_words(attachment=report)


def _index() -> None:
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult
    from wagtail.search.backends import get_search_backend

    from notices.services import close_windows

    close_windows(now=timezone.now())
    get_search_backend().rebuild()
    DBTaskResult.objects.all().delete()


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
