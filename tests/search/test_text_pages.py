"""A page of a report as text only, for slow lines."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import REPORT_PAGES, make_notice

pytestmark = pytest.mark.django_db
# Of a page with its style sheet and script, compressed as they are sent; no picture comes with it.
MOST_BYTES = 15_000


def test_a_report_page_can_be_read_as_text_without_picture_and_turned_there(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        report = make_notice().attachments.get()
    where = {"code": report.notice.record.code, "pk": report.pk, "number": 2}
    as_text = reverse("report_text", kwargs=where)
    assert as_text in client.get(reverse("report_page", kwargs=where)).content.decode()
    page = client.get(as_text)
    html = page.content.decode()
    assert REPORT_PAGES[1] in html
    assert "<img" not in html
    assert reverse("report_text", kwargs={**where, "number": 3}) in html
    assert reverse("report_page", kwargs=where) in html
    static = Path(settings.BASE_DIR) / "portal" / "static" / "portal"
    files = [(static / name).read_bytes() for name in ("css/portal.css", "js/page.js")]
    assert sum(len(gzip.compress(sent)) for sent in (page.content, *files)) < MOST_BYTES


def test_a_text_page_is_refused_as_the_page_is(client: Client) -> None:
    draft = make_notice(stage="draft").attachments.get()
    where = {"code": draft.notice.record.code, "pk": draft.pk, "number": 1}
    assert client.get(reverse("report_text", kwargs=where)).status_code == 404
    public = make_notice(project_name="另一项目").attachments.get()
    where = {"code": public.notice.record.code, "pk": public.pk, "number": 99}
    assert client.get(reverse("report_text", kwargs=where)).status_code == 404
