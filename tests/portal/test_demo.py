"""The demo: every part once and whole, never under production settings, never over somebody's own content."""

from __future__ import annotations

import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import Opinion, Outcome
from portal.demo import loading
from portal.demo.accounts import accounts_file
from portal.demo.loading import load_demo
from tests.factories import make_notice

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def own_data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_the_demo_shows_every_state_and_a_second_start_changes_nothing(
    client, django_capture_on_commit_callbacks
) -> None:
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        assert load_demo(now=now) is True
    today = timezone.localdate(now)
    assert NoticeRecord.objects.filter(historical=True).count() == 2
    assert NoticeRecord.objects.open_on(today).count() == 2
    assert NoticeRecord.objects.filter(last_day=today + timedelta(days=1)).count() == 1
    closed = NoticePage.objects.get(project_name="南滩矸石砖厂原料堆场封闭改造项目")
    opinions = Opinion.objects.filter(notice=closed)
    assert {opinion.answer.outcome for opinion in opinions if opinion.answer} == set(Outcome)
    assert opinions.filter(answer=None).exists()
    assert opinions.filter(timeliness="late").exists()
    assert opinions.exclude(transcriber=None).exists()
    assert opinions.exclude(redacted_text="").exists()
    report = closed.attachments.get()
    assert report.pages >= 20
    assert report.text_share == 1
    assert stat.S_IMODE(accounts_file().stat().st_mode) == 0o600
    assert [line.split("\t")[0] for line in accounts_file().read_text().splitlines()] == [
        "operator", "deputy", "officer", "proponent", "rival", "consultant",
    ]  # fmt: skip
    for record in NoticeRecord.objects.all():
        page = client.get(f"/n/{record.code}/").content.decode()
        assert ("演示" in page) is record.demo

    hits = client.get("/search/", {"q": "渗滤液"}).content.decode()
    assert "<mark>渗滤液</mark>" in hits
    report_page = re.search(r'href="(/n/\d+/report/\d+/\d+/\?q=[^"]+)"', hits)
    assert report_page is not None
    assert "<mark>渗滤液</mark>" in client.get(report_page[1]).content.decode()
    assert ">渗滤液</a>" in client.get("/search/", {"q": "渗虑液"}).content.decode()

    counts = (NoticePage.objects.count(), Opinion.objects.count(), User.objects.count())
    assert load_demo(now=now) is False
    assert (NoticePage.objects.count(), Opinion.objects.count(), User.objects.count()) == counts


def test_without_the_pdf_libraries_the_rest_is_there_and_the_notices_follow_later(
    monkeypatch, caplog
) -> None:
    monkeypatch.setattr(loading, "missing_parts", lambda: ["libpango-1.0-0"])
    assert load_demo(now=timezone.now()) is True
    assert User.objects.filter(username="rival").exists()
    assert NoticeRecord.objects.filter(historical=True).count() == 2
    assert NoticeRecord.objects.filter(demo=True).count() == 0
    assert "libpango-1.0-0" in caplog.text
    monkeypatch.undo()
    assert load_demo(now=timezone.now()) is True
    assert NoticeRecord.objects.filter(demo=True).count() == 3


def test_fushans_window_is_unseen_and_never_worked_out() -> None:
    load_demo_without_reports()
    record = NoticeRecord.objects.get(page__project_code="2106-144027-89-02-635569")
    assert record.last_day is None
    anze = NoticeRecord.objects.get(page__project_code="2202-141026-89-05-701804")
    assert anze.last_day is not None
    assert anze.last_day.isoformat() == "2022-03-31"


def load_demo_without_reports() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "missing_parts", lambda: ["fonts"])
        load_demo(now=timezone.now())


def test_a_portal_with_content_of_its_own_gets_no_demo() -> None:
    make_notice(stage="draft")
    assert load_demo(now=timezone.now()) is False
    assert not User.objects.filter(username="proponent").exists()


def test_production_settings_refuse_the_demo(settings) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(ImproperlyConfigured):
        load_demo(now=timezone.now())
