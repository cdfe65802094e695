"""What is public is kept in the process only while nobody writes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from notices.models import Attachment, NoticeRecord
from portal.page_changes import mark_now
from search import standing as kept
from search.query import SearchRequest, search
from tests.factories import make_notice

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])


@pytest.fixture(autouse=True)
def marked(settings: Any) -> Iterator[None]:
    """Give the pages a cache that keeps, as outside tests."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "standing"}
    settings.CACHES = {**settings.CACHES, "pages": memory}
    kept.register(mark_now)
    yield
    kept._kept = None


def ask(text: str = "渗滤液") -> tuple[Any, int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = search(SearchRequest(text=text), now=timezone.now())
    return response, len(queries)


def test_a_second_search_reads_only_the_texts_it_shows() -> None:
    make_notice(project_name="甲项目", report_pages=["总则", "渗滤液收集"])
    (first, many), (second, few) = ask(), ask()
    assert (first.notices, first.pages) == (second.notices, second.pages) == (1, 1)
    assert many > few == 1
    with translation.override("en"):
        (group,) = ask()[0].groups
    assert group.row.status.label.isascii()


def test_every_write_to_what_is_public_shows_in_the_next_search() -> None:
    notice = make_notice(project_name="甲项目", report_pages=["总则", "渗滤液收集"])
    assert ask()[0].notices == 1
    make_notice(project_name="乙项目", report_pages=["总则", "渗滤液导排"])
    make_notice(stage="draft", project_name="丙项目", report_pages=["总则", "渗滤液导排"])
    response = ask()[0]
    assert sorted(group.row.page.project_name for group in response.groups) == ["乙项目", "甲项目"]
    Attachment.objects.filter(notice=notice).update(title="新的文件名")
    assert "新的文件名" in {hit.title for group in ask()[0].groups for hit in group.hits}
    NoticeRecord.objects.filter(page=notice).update(stage="draft")
    assert ask()[0].notices == 1


def test_inside_a_transaction_nothing_is_kept() -> None:
    notice = make_notice(project_name="甲项目", report_pages=["总则", "渗滤液收集"])
    assert ask()[0].notices == 1
    with transaction.atomic():
        NoticeRecord.objects.filter(page=notice).update(stage="draft")
        assert ask()[0].notices == 0
        transaction.set_rollback(True)
    assert ask()[0].notices == 1


def test_a_lost_mark_is_made_up_for_within_a_minute(monkeypatch: Any) -> None:
    notice = make_notice(project_name="甲项目", report_pages=["总则", "渗滤液收集"])
    kept.register(lambda: "always the same")
    assert ask()[0].notices == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_noticerecord SET stage = 'draft' WHERE page_id = %s", [notice.pk])
    clock = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: clock + kept.FRESH + 1)
    assert ask()[0].notices == 0
