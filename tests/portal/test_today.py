"""今日: each role's first page says what needs the person and what comes next, or that nothing does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from notices.home_panel import task_lists
from notices.ledger.models import DailyRoot
from portal import troubles
from portal.health import Finding, Health, State
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = END + timedelta(hours=12)
NOTHING = "今天没有要办的事"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[People]:
    found = Finding("disk", "磁盘空间", State.OK)
    monkeypatch.setattr(troubles, "examine", lambda *, now: Health(now, (found,)))
    with time_machine.travel(NOON, tick=False):
        yield make_people()


def home(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home")).content.decode()


def lines(user: Any) -> dict[str, list[tuple[str, str, str]]]:
    return {
        entry.heading: [(task.title, task.state, task.url) for task in entry.tasks]
        for entry in task_lists(user)
    }


def test_an_empty_day_says_so_once_and_what_will_stand_there(people: People) -> None:
    for user, later in (
        (people.li, "草稿还差几项"),
        (people.op, "待核对的公示"),
        (people.guan, "截止后还没有答复"),
    ):
        html = home(user)
        assert html.count(NOTHING) == 1
        assert later in html
        assert "3月17日" in html


def test_officers_see_what_is_open_and_what_is_unanswered_after_closing(people: People) -> None:
    closed = make_notice(proponent=people.company_a, now=PUBLISHED, project_name="清水沟项目")
    send(closed, now=PUBLISHED + timedelta(days=1))
    make_notice(proponent=people.company_a, now=NOON, project_name="柳坪项目")
    found = lines(people.guan)
    url = f"{reverse('opinion_register:index')}?notice={closed.pk}&state=unanswered"
    assert found["截止后尚未答复"] == [("清水沟项目", "3月16日已截止 · 1 条未答复", url)]
    [(count, until, register)] = found["征求意见中"]
    assert (count, "3月31日" in until) == ("1 份公示", True)
    client = Client()
    client.force_login(people.guan)
    assert client.get(register).context["items_count"] == 1
    assert client.get(url).context["items_count"] == 1
    assert NOTHING not in home(people.guan)
    assert NOTHING in home(people.rival)


def test_proponents_see_what_came_in_while_the_window_is_open(people: People) -> None:
    page = make_notice(proponent=people.company_a, now=NOON, project_name="柳坪项目")
    send(page, now=NOON)
    [(name, state, url)] = lines(people.li)["已收到、尚未答复的意见"]
    assert (name, state) == ("柳坪项目", "1 条未答复 · 3月31日截止")
    client = Client()
    client.force_login(people.li)
    assert client.get(url).status_code == 200
    assert "已收到、尚未答复的意见" not in lines(people.rival)
    assert "柳坪项目" not in home(people.rival)


def test_operators_see_what_fails_on_the_machine(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Finding("disk", "磁盘空间", State.DEGRADED, "磁盘只剩 1.0 GB。")
    monkeypatch.setattr(troubles, "examine", lambda *, now: Health(now, (full,)))
    now = timezone.now()
    DBTaskResult.objects.create(
        status=TaskResultStatus.FAILED,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="search.tasks.read_attachment",
        worker_ids=["a"],
        queue_name="index",
        backend_name="default",
        run_after=now,
        finished_at=now,
        exception_class_path="django.db.utils.OperationalError",
        traceback="",
    )
    day = timezone.localdate() - timedelta(days=4)
    DailyRoot.objects.create(day=day, heads={}, previous="0" * 64, root="1" * 64)
    said = {title: state for title, state, _url in lines(people.op)["系统需要留意"]}
    assert said["磁盘空间"] == "磁盘只剩 1.0 GB。"
    assert said["后台任务"] == "1 个没有做成"
    assert "3月13日以后没有记录" in said["台账每日根"]
    for user in (people.li, people.guan, people.rival):
        assert "系统需要留意" not in lines(user)


def test_the_day_leaves_as_a_table_with_the_addresses_of_its_lines(people: People) -> None:
    page = make_notice(proponent=people.company_a, now=PUBLISHED, project_name="=1+1项目")
    send(page, now=PUBLISHED + timedelta(days=1))
    client = Client()
    client.force_login(people.guan)
    assert reverse("today_file", args=["csv"]) in client.get(reverse("wagtailadmin_home")).content.decode()
    body = client.get(reverse("today_file", args=["csv"])).getvalue()
    assert body.startswith(b"\xef\xbb\xbf")
    head, line, *_rest = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert head == ["部分", "清单", "事项", "情况", "地址"]
    assert line[:4] == ["要办的", "截止后尚未答复", "'=1+1项目", "3月16日已截止 · 1 条未答复"]
    assert client.get(line[4]).context["items_count"] == 1
    book = client.get(reverse("today_file", args=["xlsx"]))
    assert book.status_code == 200
    assert "no-store" in book["Cache-Control"]
    assert book.getvalue().startswith(b"PK")
    assert client.get(reverse("today_file", args=["pdf"])).status_code == 404
    client.force_login(people.rival)
    assert "1+1" not in client.get(reverse("today_file", args=["csv"])).getvalue().decode()
    client.force_login(people.outsider)
    assert client.get(reverse("today_file", args=["csv"])).status_code in (302, 403)
