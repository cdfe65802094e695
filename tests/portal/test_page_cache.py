"""Kept pages: no query for the next visitor, never older than what they show, nobody's own page for anybody else."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from notices.models import NoticePage
from notices.opinions.answering import answer_opinions
from notices.opinions.consents import Consent, withdraw_consents
from notices.opinions.models import Opinion, Outcome
from notices.opinions.publication import decide_disclosure, release_opinions
from notices.services import extend_window, withdraw_notice
from portal import page_changes
from portal.caches import SharedFiles, sweep_caches
from portal.clock import Clock
from portal.models import InfoPage, PortalSettings
from portal.page_cache import KEPT
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, looked_at, send
from tests.notices.opinions.test_public_opinions import OPEN_HEARTED
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DURING = PUBLISHED + timedelta(days=3)
AFTER = END + timedelta(hours=2)
Commits = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def pages_are_kept(settings: Any) -> Iterator[None]:
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {
        "default": {"BACKEND": memory},
        "pages": {"BACKEND": memory, "LOCATION": "pages"},
    }
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def commits() -> Commits:
    """Return a block at whose end the pages are told what was committed; others, who print and send, are not."""

    @contextmanager
    def committed() -> Iterator[None]:
        connection.run_on_commit.clear()  # a test never commits: what its preparation asked for still waits
        yield
        for asked in connection.run_on_commit:
            if asked[1].__module__ == page_changes.__name__:
                asked[1]()

    return committed


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def notice(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


@pytest.fixture
def during() -> Iterator[Any]:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


def address(page: NoticePage) -> str:
    return reverse("notice", args=[page.record.code])


def read(url: str, client: Client | None = None, **headers: str) -> str:
    response = (client or Client()).get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def queries(url: str, client: Client | None = None) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(url, client)
    return len(captured)


def is_kept(url: str) -> bool:
    return queries(url) == 0


class TestKeeping:
    def test_the_second_visitor_gets_the_same_page_without_a_query(
        self, notice: NoticePage, during: Any
    ) -> None:
        first = read(address(notice))
        with CaptureQueriesContext(connection) as captured:
            assert read(address(notice)) == first
        assert len(captured) == 0

    def test_who_has_the_page_already_gets_no_body(self, notice: NoticePage, during: Any) -> None:
        for _made, _kept in enumerate(("made", "kept")):
            first = Client().get(address(notice))
            again = Client().get(address(notice), headers={"If-None-Match": first["ETag"]})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
            assert first["Cache-Control"] == again["Cache-Control"] == "no-cache"
            assert "Cookie" in first["Vary"]

    def test_a_page_goes_out_compressed_to_who_takes_it_and_by_head_without_body(
        self, notice: NoticePage, during: Any
    ) -> None:
        plain = Client().get(address(notice))
        small = Client().get(address(notice), headers={"Accept-Encoding": "br, gzip"})
        head = Client().head(address(notice))
        refused = Client().get(address(notice), headers={"Accept-Encoding": "gzip;q=0, identity"})
        assert small["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.content) == plain.content == refused.content
        assert "Content-Encoding" not in plain
        assert (head.content, head["Content-Length"]) == (b"", plain["Content-Length"])

    @pytest.mark.parametrize("kind", ["normal", "large"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_each_choice_of_language_and_type_size_has_its_own_page(
        self, notice: NoticePage, during: Any, language: str, kind: str
    ) -> None:
        read(address(notice))
        client = Client()
        client.cookies["portal_language"], client.cookies["portal_type"] = language, kind
        made = queries(address(notice), client)
        assert (made == 0) == ((language, kind) == ("zh-hans", "normal"))
        assert queries(address(notice), client) == 0

    def test_values_that_nobody_offers_make_no_page_of_their_own(
        self, notice: NoticePage, during: Any
    ) -> None:
        read(address(notice))
        client = Client()
        client.cookies["portal_type"] = "gigantic"
        assert queries(address(notice), client) == 0

    @pytest.mark.parametrize("query", ["x=1", "page=1&x=1", "village=" + "长" * 100])
    def test_what_anybody_can_add_to_an_address_is_not_kept(
        self, notice: NoticePage, during: Any, query: str
    ) -> None:
        url = f"{reverse('county', args=['141026'])}?{query}"
        read(url)
        assert not is_kept(url)

    def test_a_parameter_of_another_page_is_not_kept(self, notice: NoticePage, during: Any) -> None:
        url = f"{address(notice)}?village=清水沟村"
        read(url)
        assert not is_kept(url)

    def test_pages_passed_on_in_wechat_are_the_same_page(self, notice: NoticePage, during: Any) -> None:
        read(f"{address(notice)}?from=timeline&isappinstalled=0")
        assert is_kept(address(notice))

    def test_lists_are_kept_by_what_was_chosen(self, notice: NoticePage, during: Any) -> None:
        url = reverse("county", args=["141026"])
        assert "清水沟矿区" in read(f"{url}?state=open")
        assert "清水沟矿区" not in read(f"{url}?state=closed")
        assert is_kept(f"{url}?state=open")
        assert is_kept(f"{url}?state=closed")

    def test_chinese_in_an_address_is_read_also_where_a_program_does_not_encode_it(
        self, notice: NoticePage, during: Any
    ) -> None:
        village = notice.places.first().village
        sent = f"village={village}".encode().decode("latin-1")
        answer = Client().get(reverse("county", args=["141026"]), QUERY_STRING=sent)
        assert "清水沟矿区" in answer.content.decode()

    def test_a_cache_that_fails_costs_time_and_no_page(
        self, notice: NoticePage, during: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise OSError("disk full")

        for name in ("get_many", "set"):
            monkeypatch.setattr(type(caches["pages"]), name, fail)
        assert "清水沟矿区" in read(address(notice))


class TestNobodysOwn:
    def test_the_signed_in_neither_get_nor_fill(
        self, people: People, notice: NoticePage, during: Any
    ) -> None:
        client = Client()
        client.force_login(people.li)
        read(address(notice), client)
        assert not is_kept(address(notice))
        assert queries(address(notice), client) > 0

    @pytest.mark.parametrize("cookie", ["messages", "csrftoken", "tracking"])
    def test_a_visitor_with_a_cookie_of_another_purpose_fills_nothing(
        self, notice: NoticePage, during: Any, cookie: str
    ) -> None:
        client = Client()
        client.cookies[cookie] = "x" * 32
        read(address(notice), client)
        assert not is_kept(address(notice))

    def test_forms_are_not_kept(self, notice: NoticePage, during: Any) -> None:
        for name in ("opinion_form", "opinion_trial"):
            url = reverse(name, args=[notice.record.code])
            assert read(url) != read(url)  # each with its own token
            assert "ETag" not in Client().get(url)

    def test_no_page_sets_a_cookie(self, notice: NoticePage, during: Any) -> None:
        for url in [
            *every_page(notice),
            reverse("search"),
            reverse("opinion_form", args=[notice.record.code]),
        ]:
            client = Client()
            read(url, client)
            assert not client.cookies, url


def every_page(notice: NoticePage) -> list[str]:
    """Return one address at least of each kind of kept page."""
    code = notice.record.code
    file = notice.attachments.get()
    meeting = apps.get_model("notices.Meeting").objects.create(
        notice=notice, kind="forum", topic="防渗", announced_on=DURING.date(), held_on=date(2026, 4, 1)
    )
    return [
        "/",
        "/notices/?county=141026",
        "/help/",
        notice.get_parent().specific.url,
        reverse("county_index"),
        reverse("county", args=["141026"]),
        reverse("county_feed", args=["141026"]),
        reverse("county_calendar", args=["141026"]),
        reverse("notice_feed"),
        reverse("notice", args=[code]),
        reverse("notice_calendar", args=[code]),
        reverse("notice_ledger", args=[code]),
        reverse("ledger_roots"),
        reverse("public_opinions", args=[code]),
        reverse("meeting", args=[code, meeting.pk]),
        reverse("report_page", args=[code, file.pk, 1]),
        reverse("report_text", args=[code, file.pk, 1]),
        reverse("privacy"),
        reverse("sitemap_index"),
        reverse("sitemap_section", args=["notices"]),
        reverse("sitemap_section", args=["pages"]),
    ]


# Written when somebody signs in only, or when the portal is set up.
ELSEWHERE = {"django_content_type", "wagtailcore_locale", "django_session", "auth_user"}


def test_every_table_that_a_kept_page_reads_is_watched(people: People, notice: NoticePage) -> None:
    shown_opinion(people, notice)
    make_notice(proponent=people.company_a, stage="withdrawn", now=PUBLISHED, project_name="撤回的项目")
    historical = make_notice(stage="historical", now=PUBLISHED, project_name="历史项目")
    upcoming = make_notice(stage="approved", now=PUBLISHED, project_name="未来的项目")
    read_tables: dict[str, str] = {}
    for moment in (DURING, AFTER):
        with time_machine.travel(moment, tick=False):
            for url in [*every_page(notice), address(historical), address(upcoming)]:
                with CaptureQueriesContext(connection) as captured:
                    read(url)
                for query in captured:
                    for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"]):
                        read_tables.setdefault(table, url)
    watched = page_changes.SHOWN | page_changes.ARRIVING | page_changes.COUNTED | ELSEWHERE
    assert {table: url for table, url in read_tables.items() if table not in watched} == {}
    known = set(connection.introspection.table_names())
    assert known >= page_changes.SHOWN | page_changes.ARRIVING | page_changes.COUNTED


def test_every_kind_of_kept_page_is_asked_above(notice: NoticePage) -> None:
    from django.urls import resolve

    asked = {resolve(url.partition("?")[0]).view_name for url in every_page(notice)}
    assert asked | {"notice_version"} == set(KEPT)


def shown_opinion(people: People, page: NoticePage) -> Opinion:
    opinion = send(
        page, "请公开井水的监测结果。", now=PUBLISHED + timedelta(days=1), page_two=OPEN_HEARTED
    ).opinion
    answer_opinions(
        opinions=[opinion], outcome=Outcome.ADOPTED, report_reference="第六章", reason="已加密。", user=people.li, now=AFTER
    )  # fmt: skip
    decide_disclosure(notice=page, shown=True, user=people.li, now=AFTER)
    release_opinions(notice=page, looked_at=looked_at(opinion), user=people.li, now=AFTER)
    return opinion


class TestChanges:
    def test_an_extension_shows_at_once_on_every_page_that_names_the_end(
        self, people: People, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        urls = ("/", address(notice), reverse("county", args=["141026"]), reverse("notice_feed"))
        old, new = "3月16日", "3月24日"
        assert all(old in read(url) and new not in read(url) for url in urls)
        with commits():
            extend_window(
                record=notice.record,
                last_day=date(2026, 3, 24),
                reason="张贴晚了",
                user=people.op,
                now=DURING,
            )
        assert all(new in read(url) for url in urls)

    def test_a_withdrawal_a_new_notice_a_setting_and_a_page_show_at_once(
        self, people: People, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        assert "第二个项目" not in read("/")
        with commits():
            make_notice(proponent=people.company_b, now=DURING, project_name="第二个项目")
        assert "第二个项目" in read("/")
        read(address(notice))
        with commits():
            withdraw_notice(record=notice.record, reason="选址变了", user=people.op, now=DURING)
        assert "选址变了" in read(address(notice))
        with commits():
            site = Site.objects.get(is_default_site=True)
            PortalSettings.objects.update_or_create(site=site, defaults={"operator_name": "安泽县大数据中心"})
        assert "安泽县大数据中心" in read(address(notice))
        help_page = InfoPage.objects.get(slug="help")
        read("/help/")
        with commits():
            help_page.body = "<p>新的帮助。</p>"
            help_page.save_revision().publish()
        assert "新的帮助。" in read("/help/")

    def test_bulk_writes_without_signals_show_at_once(
        self, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        read("/")
        with commits():
            NoticePage.objects.filter(pk=notice.pk).update(project_name="改了名的项目")
        assert "改了名的项目" in read("/")

    def test_a_consent_withdrawn_takes_the_text_off_the_page_at_once(
        self, people: People, notice: NoticePage, commits: Commits
    ) -> None:
        opinion = shown_opinion(people, notice)
        url = reverse("public_opinions", args=[notice.record.code])
        with time_machine.travel(AFTER, tick=False):
            assert opinion.text in read(url)
            assert opinion.text in read(url)
            with commits():
                withdraw_consents(opinion=opinion, consents=[Consent.SHOW_TEXT], now=AFTER)
            assert opinion.text not in read(url)

    def test_an_opinion_leaves_the_pages_and_is_counted_within_a_minute(
        self, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        before = read(address(notice))
        with commits():
            send(notice, now=DURING)
        assert read(address(notice)) == before
        assert is_kept(address(notice))
        during.shift(timedelta(seconds=60))
        assert read(address(notice)) != before

    def test_a_draft_that_is_saved_leaves_the_pages(
        self, people: People, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        read(address(notice))
        page = NoticePage.objects.get(pk=notice.pk)
        page.content = "还没有公开的改动"
        with commits():
            page.save_revision(user=people.li)
        assert is_kept(address(notice))

    def test_what_is_rolled_back_leaves_the_pages(
        self, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        read("/")
        with commits():
            try:
                with transaction.atomic():
                    NoticePage.objects.filter(pk=notice.pk).update(project_name="X")
                    raise ValueError
            except ValueError:
                pass
        assert is_kept("/")

    def test_a_clock_with_nothing_to_do_leaves_the_pages(
        self, notice: NoticePage, during: Any, commits: Commits
    ) -> None:
        Clock().run_due()
        read(address(notice))
        with commits():
            Clock().run_due()
        assert is_kept(address(notice))

    @pytest.mark.parametrize("warm", [END - timedelta(seconds=30), END - timedelta(milliseconds=1)])
    def test_a_window_is_closed_from_its_first_closed_moment(self, notice: NoticePage, warm: Any) -> None:
        urls = (address(notice), "/", reverse("county", args=["141026"]))
        with time_machine.travel(warm, tick=False) as traveller:
            assert all("今天 24:00 截止" in read(url) for url in urls)
            assert "我要提意见" in read(address(notice))
            assert all(is_kept(url) for url in urls)
            traveller.move_to(END)
            assert "已截止" in read(address(notice))
            assert all("今天 24:00 截止" not in read(url) for url in urls)


class TestStatements:
    @pytest.mark.parametrize(
        ("sql", "changes"),
        [
            ('UPDATE "notices_noticerecord" SET "stage" = %s WHERE "id" = 1', True),
            ('INSERT INTO "notices_noticechange" ("id") VALUES (%s)', True),
            ('INSERT OR IGNORE INTO "notices_projectdivision" ("id") VALUES (%s)', True),
            ('DELETE FROM "notices_meeting" WHERE "id" IN (%s)', True),
            ('INSERT INTO "opinions_opinion" ("id") VALUES (%s)', False),
            ('UPDATE "opinions_opinion" SET "destroyed_at" = %s', True),
            ('INSERT INTO "ledger_entry" ("id") VALUES (%s)', False),
            (
                'UPDATE "wagtailcore_page" SET "draft_title" = %s, "latest_revision_id" = %s WHERE "id" = 1',
                False,
            ),
            ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "live" = %s WHERE "id" = 1', True),
            ('SELECT "stage" FROM "notices_noticerecord" FOR UPDATE', False),
            ('INSERT INTO "django_session" ("session_key") VALUES (%s)', False),
        ],
    )
    def test_a_write_of_what_is_shown_is_told_from_every_other(self, sql: str, changes: bool) -> None:
        assert page_changes.changes_pages(sql) is changes


def test_what_is_over_does_not_stay_on_the_disk(settings: Any, tmp_path: Path) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "portal.caches.SharedFiles", "LOCATION": str(tmp_path)},
        "pages": {"BACKEND": "portal.caches.SharedFiles", "LOCATION": str(tmp_path / "pages")},
    }
    kept = caches["pages"]
    assert isinstance(kept, SharedFiles)
    with time_machine.travel(DURING, tick=False) as traveller:
        kept.set("old", "意见", 60)
        kept.set("mark", "x", None)
        traveller.shift(timedelta(seconds=61))
        kept.set("new", "页面", 60)
        sweep_caches(now=DURING)
    assert len(list((tmp_path / "pages").iterdir())) == 2
