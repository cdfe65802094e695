"""From a change in the portal to the index and back: queued with the change, never shown too early, compared every night."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.search.backends import get_search_backend

from notices.home_panel import task_lists
from notices.models import Attachment, NoticePage, NoticeRecord
from search import index_check
from search.backends.whoosh.columns import document_key
from search.backends.whoosh.locking import exclusive
from search.backends.whoosh.schema import INDEX_VERSION
from search.index_check import compare, inspectable
from search.index_jobs import check_nightly, rebuild_if_needed
from search.models import IndexCheck, PageText
from tests.factories import make_draft, make_notice
from tests.people import make_people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

WRITE = "search.backends.whoosh.tasks.write_changes"
PAGES = ["第一页 总则", "第二页 渗滤液收集池", "第三页 渗滤液不外排"]
# Midnight may pass while the tests run.
TODAY = timezone.localtime()


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Path:
    """An index of its own, written at once until ``queue`` is called."""
    cache.clear()
    path = tmp_path / "index"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {**settings.WAGTAILSEARCH_BACKENDS["default"], "PATH": str(path), "LOCK_TIMEOUT": 0.2}
    }
    return path


def queue(settings: Any) -> None:
    """From now on tasks wait in the database for a worker, as in production."""
    queues = ["default", "index", "quick", "heavy"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": queues}}


def work(*, later: bool = False) -> None:
    """Do what waits; ``later`` also what waits for its time."""
    if later:
        DBTaskResult.objects.update(run_after=timezone.now())
    call_command(
        "db_worker",
        batch=True,
        queue_name="default,index,quick,heavy",
        interval=0,
        verbosity=0,
        startup_delay=False,
    )


def seen(client: Any, typed: str) -> tuple[str, dict[str, Any], list[str]]:
    """Return what anybody gets: the page, the JSON, the suggestions."""
    cache.clear()
    page = client.get("/search/", {"q": typed})
    found = client.get("/api/search/", {"q": typed})
    suggested = client.get("/search/suggest/", {"q": typed})
    assert (page.status_code, found.status_code, suggested.status_code) == (200, 200, 200)
    return page.content.decode(), found.json(), [each["text"] for each in suggested.json()["suggestions"]]


def outdated(index: Path) -> None:
    """Make the index one of an earlier analysis."""
    name = (index / "current").read_text()
    earlier = name.replace(INDEX_VERSION, INDEX_VERSION.rpartition("a")[0] + "a0")
    (index / name).rename(index / earlier)
    (index / "current").write_text(earlier)


def spoiled(index: Path) -> None:
    for table in index.rglob("*.toc"):
        table.write_bytes(b"")


class TestQueue:
    def test_what_is_rolled_back_leaves_no_task_and_what_is_committed_leaves_its_own(
        self, settings: Any
    ) -> None:
        page = make_draft(report_pages=PAGES)
        queue(settings)
        with transaction.atomic():
            Attachment.objects.get(notice=page, page_texts__number=2).delete()
            get_search_backend().add(page)
            assert DBTaskResult.objects.filter(task_path=WRITE).count() == 2
            transaction.set_rollback(True)
        assert not DBTaskResult.objects.exists()
        get_search_backend().add(page)
        assert DBTaskResult.objects.filter(task_path=WRITE).count() == 1

    def test_deleting_a_file_takes_all_its_pages_out_in_one_task_while_the_writer_is_at_work(
        self, settings: Any, index: Path
    ) -> None:
        page = make_draft(report_pages=PAGES)
        report = Attachment.objects.get(notice=page, page_texts__number=2)
        queue(settings)
        with exclusive(index / "write.lock", timeout=0), CaptureQueriesContext(connection) as asked:
            report.delete()
        assert len(asked) < 30
        (task,) = DBTaskResult.objects.filter(task_path=WRITE)
        assert len(task.args_kwargs["args"][1]) == len(PAGES)
        work()
        assert compare(inspectable()).is_clean

    def test_pages_come_into_the_index_and_leave_it_by_one_query_however_many_they_are(self) -> None:
        page = make_notice(report_pages=[f"第{number}页 渗滤液" for number in range(12)])
        backend = get_search_backend()
        changes = [
            ["sync", "search.pagetext", str(each.pk), document_key(each)] for each in PageText.objects.all()
        ]
        for live in (True, False):
            NoticePage.objects.filter(pk=page.pk).update(live=live)
            with CaptureQueriesContext(connection) as asked:
                backend.apply(changes)
            assert len(asked) == 1
            held = [each for each in backend.stored_documents() if each.key in {row[3] for row in changes}]
            assert len(held) == (12 if live else 0)

    def test_deleting_a_page_queues_its_removal(self, settings: Any, index: Path) -> None:
        page = make_draft(project_name="要删除的草稿")
        work_before = compare(inspectable()).documents
        queue(settings)
        with exclusive(index / "write.lock", timeout=0):
            NoticePage.objects.get(pk=page.pk).delete()
        assert compare(inspectable()).left_over == 1
        work()
        assert compare(inspectable()).documents == compare(inspectable()).stored == work_before - 1


class TestStaleIndex:
    @pytest.mark.parametrize("hidden", ["not live", "draft again", "file replaced"])
    def test_nothing_hidden_is_shown_or_counted_while_the_index_still_holds_it(
        self, client: Any, settings: Any, hidden: str
    ) -> None:
        other = make_notice(project_name="清水河砂石加工项目")
        page = make_notice(project_name="罗汉沟尾矿库项目", report_pages=PAGES)
        html, found, suggested = seen(client, "罗汉沟")
        assert (found["notices"], suggested) == (1, ["罗汉沟尾矿库项目"])
        assert seen(client, "渗滤液")[1]["pages"] == 2
        queue(settings)
        if hidden == "not live":
            NoticePage.objects.filter(pk=page.pk).update(live=False)
        elif hidden == "draft again":
            NoticeRecord.objects.filter(page=page).update(stage="draft", published_at=None)
        else:
            Attachment.objects.filter(notice=page).update(until_version=0)
        held = get_search_backend().search("渗滤液", PageText)._hits.unordered()
        assert len(held) == 2
        html, found, _ = seen(client, "渗滤液")
        assert "第二页" not in html
        assert (found["notices"], found["pages"], found["results"]) == (0, 0, [])
        assert not any(found["facets"].values())
        if hidden != "file replaced":
            html, found, suggested = seen(client, "罗汉沟")
            assert "罗汉沟尾矿库" not in html
            assert (found["notices"], found["results"], suggested) == (0, [], [])
        assert seen(client, "清水河")[1]["results"][0]["code"] == other.record.code


class TestVersions:
    def test_after_an_upgrade_the_clock_has_the_index_rebuilt_and_the_old_one_answers_meanwhile(
        self, client: Any, settings: Any, index: Path
    ) -> None:
        make_notice(report_pages=PAGES)
        queue(settings)
        assert not rebuild_if_needed(now=timezone.now())
        outdated(index)
        assert rebuild_if_needed(now=timezone.now())
        html, found, _ = seen(client, "渗滤液")
        assert found["pages"] == 2
        assert "索引正在更新" in html
        work()
        html, found, _ = seen(client, "渗滤液")
        assert (found["pages"], found["notes"]) == (2, [])
        assert not rebuild_if_needed(now=timezone.now())
        assert compare(inspectable()).is_clean

    def test_no_request_fails_while_an_unreadable_index_is_rebuilt(
        self, client: Any, settings: Any, index: Path
    ) -> None:
        page = make_notice(report_pages=PAGES)
        queue(settings)
        spoiled(index)
        html, found, suggested = seen(client, "渗滤液")
        assert "索引正在重建" in html
        assert "没有找到" not in html
        assert (found["pages"], suggested) == (0, [])
        assert "索引正在重建" in found["notes"][0]
        people = make_people()
        client.force_login(people.op)
        assert client.get("/admin/pages/results/", {"q": "尾矿"}).status_code in (200, 404)
        assert client.get(reverse("wagtailadmin_pages:search"), {"q": "尾矿"}).status_code == 200
        # The first change does as well as the clock.
        page.save()
        work()
        html, found, _ = seen(client, "渗滤液")
        assert (found["pages"], found["notes"]) == (2, [])

    def test_a_folder_open_to_others_is_not_searched_and_the_operator_is_told(
        self, client: Any, index: Path
    ) -> None:
        make_notice(report_pages=PAGES)
        people = make_people()
        index.chmod(0o777)
        html, found, _ = seen(client, "渗滤液")
        assert "搜索暂时不可用" in html
        assert found["pages"] == 0
        assert "权限不安全" in troubles_of(people.op)
        with pytest.raises(CommandError, match="chmod 700"):
            call_command("check_index", stdout=StringIO())


def harm() -> None:
    """Take one page out of the index, leave one in it that is gone, change one behind its back."""
    gone, changed, missing = PageText.objects.order_by("number")
    # Past Django, which takes a row of an index in the same database along.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_pagetext WHERE id = %s", [gone.pk])
    PageText.objects.filter(pk=changed.pk).update(text="别的文字")
    get_search_backend().delete(missing)


def check(*arguments: str) -> tuple[int, str]:
    printed, code = StringIO(), 0
    try:
        call_command("check_index", *arguments, stdout=printed)
    except SystemExit as left:
        code = int(str(left.code))
    return code, printed.getvalue()


def troubles_of(user: Any) -> str:
    return " ".join(
        f"{entry.heading} {task.title} {task.state}" for entry in task_lists(user) for task in entry.tasks
    )


class TestCheck:
    def test_the_command_names_what_is_missing_left_over_and_outdated_and_mends_it(self) -> None:
        make_notice(report_pages=PAGES)
        check(
            "--repair"
        )  # Wagtail's own root page came with a migration, and no signal told an index in the database
        code, printed = check()
        assert code == 0, printed
        harm()
        code, printed = check()
        assert code == 1
        for kind in ("缺少", "多余", "过时"):
            assert f"{kind} 1 条，例如：页面文字 " in printed
        assert "文字层" not in printed
        code, printed = check("--format", "json")
        left = json.loads(printed)["left"]
        assert (code, left["missing"], left["left_over"], left["outdated"]) == (1, 1, 1, 1)
        code, printed = check("--repair")
        assert (code, printed.strip().endswith("已修复。")) == (0, True)
        assert check()[0] == 0

    def test_an_index_that_is_missing_is_built_by_the_repair(self, index: Path) -> None:
        make_notice(report_pages=PAGES)
        index.rename(index.with_name("elsewhere"))
        code, printed = check()
        assert (code, "整体重建" in printed) == (1, True)
        assert check("--repair")[0] == 0
        assert compare(inspectable()).documents > len(PAGES)

    def test_while_the_writer_is_at_work_the_repair_is_queued(self, settings: Any, index: Path) -> None:
        make_notice(report_pages=PAGES)
        harm()
        queue(settings)
        with exclusive(index / "write.lock", timeout=0):
            code, printed = check("--repair")
        assert (code, "排队" in printed) == (1, True)
        work()
        assert check()[0] == 0

    def test_another_engine_is_said_to_be_out_of_its_reach(self, settings: Any) -> None:
        settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database.fallback"}}
        with pytest.raises(CommandError, match="不支持逐条核对"):
            check()
        assert check_nightly(now=timezone.now().replace(hour=20)) is None
        assert rebuild_if_needed(now=timezone.now()) is False

    def test_queries_and_memory_grow_by_the_chunk_not_by_the_page(self, monkeypatch: Any) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert compare(inspectable()).is_clean
            return len(captured)

        make_notice(report_pages=PAGES)
        alone = asked()
        for number in range(2):
            make_notice(report_pages=PAGES, project_name=f"又一个项目{number}")
        assert asked() == alone
        monkeypatch.setattr(index_check, "_OBJECTS_AT_ONCE", 3)
        assert asked() > alone


class TestNight:
    def test_a_change_that_waits_in_the_queue_is_no_difference(self, settings: Any) -> None:
        people = make_people()
        queue(settings)
        make_notice(report_pages=PAGES)
        check_nightly(now=at(3))
        work()
        assert IndexCheck.objects.get().finished_at is None
        work(later=True)
        done = IndexCheck.objects.get()
        assert done.finished_at is not None
        assert (done.differences, done.stored) == (0, done.documents)
        assert "检索索引" not in troubles_of(people.op)

    def test_it_compares_once_a_day_and_mends_what_still_differs_a_little_later(self, settings: Any) -> None:
        people = make_people()
        make_notice(report_pages=PAGES)
        assert check_nightly(now=at(2)) is None
        harm()
        queue(settings)
        get_search_backend().add(NoticePage.objects.first())
        assert check_nightly(now=at(3)) is not None
        assert check_nightly(now=at(4)) is None
        IndexCheck.objects.update(queued_at=timezone.now())
        work()
        assert "检索索引" not in troubles_of(people.op)
        work(later=True)
        done = IndexCheck.objects.get()
        assert (done.missing, done.left_over, done.outdated, done.stored) == (1, 1, 1, done.documents)
        assert compare(inspectable()).is_clean
        assert "检索索引 核对发现 3 处" in troubles_of(people.op)
        assert "检索索引" not in troubles_of(people.li)
        assert check_nightly(now=at(3) + timedelta(days=1)) is not None
        work()
        assert "检索索引" not in troubles_of(people.op)

    def test_a_comparison_that_failed_is_a_trouble_and_due_again_some_hours_later(
        self, client: Any, settings: Any
    ) -> None:
        people = make_people()
        queue(settings)
        now = timezone.now()
        today = at(3).date()
        IndexCheck.objects.create(day=today - timedelta(days=1), queued_at=now - timedelta(hours=30))
        assert "的核对没有完成" in troubles_of(people.op)
        IndexCheck.objects.create(day=today, queued_at=at(3))
        assert check_nightly(now=at(5)) is None
        assert check_nightly(now=at(7)) is not None
        assert check_nightly(now=at(8)) is None
        assert "的核对没有完成" in troubles_of(people.op)
        client.force_login(people.op)
        assert "的核对没有完成" in client.get(reverse("index_checks")).content.decode()
        work()
        work(later=True)
        assert "检索索引" not in troubles_of(people.op)

    def test_an_index_that_was_lost_and_built_anew_is_not_called_consistent(
        self, client: Any, settings: Any, index: Path
    ) -> None:
        people = make_people()
        make_notice(report_pages=PAGES)
        queue(settings)
        check_nightly(now=at(3))
        spoiled(index)
        work()
        work(later=True)
        assert IndexCheck.objects.get().rebuilt
        assert "已整体重建" in troubles_of(people.op)
        client.force_login(people.op)
        html = client.get(reverse("index_checks")).content.decode()
        assert "索引缺失或损坏，已整体重建" in html
        assert "索引与数据库一致" not in html

    def test_operators_see_what_was_found_and_nobody_else_does(self, client: Any, settings: Any) -> None:
        people = make_people()
        make_notice(report_pages=PAGES)
        harm()
        queue(settings)
        check_nightly(now=at(3))
        work()
        work(later=True)
        client.force_login(people.op)
        with CaptureQueriesContext(connection) as asked:
            html = client.get(reverse("index_checks")).content.decode()
        assert len(asked) < 40
        assert "核对发现 3 处不一致，已自动修复" in html
        assert "页面文字" in html
        for user in (people.li, people.zhao, people.rival, people.guan, people.outsider):
            client.force_login(user)
            assert client.get(reverse("index_checks")).status_code in (302, 403)
        client.logout()
        assert client.get(reverse("index_checks")).status_code == 302


def at(hour: int) -> datetime:
    return TODAY.replace(hour=hour, minute=30)


def test_a_draft_and_its_files_never_come_into_what_anybody_finds(client: Any) -> None:
    make_draft(project_name="未公开的项目", report_pages=PAGES)
    assert compare(inspectable()).is_clean
    assert seen(client, "渗滤液")[1]["pages"] == 0
    assert seen(client, "未公开")[1]["notices"] == 0
