"""What an evening's visitors come for: python -m tests.load.evening_content < BYTES; prints a tests.load.evening.Content.

Reports with pages to turn, a large file to download, and an officer who is signed in.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import django

REPORTS = 4
PAGES_OF_A_REPORT = 12
PATIENCE = 120.0


def make(large_bytes: int) -> dict[str, Any]:
    """Publish everything, wait until the workers have read and indexed it, and return where it is."""
    from notices.models import NoticeRecord
    from tests.benchmarks.corpus import pages
    from tests.factories import make_notice
    from tests.load.evening import Content

    texts = pages(REPORTS * PAGES_OF_A_REPORT)
    for number in range(REPORTS):
        make_notice(
            project_name=f"第{number + 1}号沟道生态修复项目",
            report_pages=list(islice(texts, PAGES_OF_A_REPORT)),
        )
    large = _publish_large(large_bytes)
    _wait_for_workers()
    reports = [
        f"/n/{record.code}/report/{record.page.attachments.first().pk}/"
        for record in NoticeRecord.objects.filter(page__project_name__startswith="第")
    ]
    address = f"/n/{large.notice.record.code}/files/{large.pk}/annex.pdf"
    return asdict(Content(reports, PAGES_OF_A_REPORT, address, large.size, large.sha256, _officer_session()))


def _publish_large(size: int) -> Any:
    from django.core.files import File
    from django.utils import timezone

    from notices.attachment_services import add_attachment
    from notices.models import AttachmentKind
    from notices.services import approve_notice
    from tests.factories import an_operator, confirm, make_draft
    from tests.pdf import write_large_pdf

    now = timezone.now()
    page = make_draft(project_name="监测数据汇编项目")
    with tempfile.TemporaryDirectory() as folder:
        write_large_pdf(path := Path(folder) / "annex.pdf", size)
        with path.open("rb") as handle:
            upload = File(handle, name="annex.pdf")
            large = add_attachment(
                notice=page, upload=upload, kind=AttachmentKind.OTHER, title="", user=None, now=now
            )
    confirm(page)
    approve_notice(page=page, revision=page.get_latest_revision(), user=an_operator(), now=timezone.now())
    return large


def _wait_for_workers() -> None:
    from django_tasks_db.models import DBTaskResult

    from notices.models import Attachment
    from search.models import AttachmentText

    deadline = time.monotonic() + PATIENCE
    while (
        AttachmentText.objects.count() < Attachment.objects.count() or DBTaskResult.objects.ready().exists()
    ):
        assert time.monotonic() < deadline, "the workers do not get through"
        time.sleep(0.5)


def _officer_session() -> str:
    from django.conf import settings
    from django.test import Client

    from tests.people import make_people

    client = Client()
    client.force_login(make_people().guan)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make(int(sys.stdin.read()))))
