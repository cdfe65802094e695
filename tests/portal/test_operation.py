"""The operator's page on the installation: what failed, when it is tried again, and the button for now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.upkeep import DONE_KEPT, FAILED_KEPT, clear_ended_tasks
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = "/admin/operation/"


@pytest.fixture
def people() -> People:
    return make_people()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def failed(status: str = TaskResultStatus.FAILED, **values: Any) -> DBTaskResult[..., object]:
    now = timezone.now()
    return DBTaskResult.objects.create(
        **{
            "status": status,
            "args_kwargs": {"args": ["王小明 13912345678"], "kwargs": {}},
            "task_path": "search.tasks.read_attachment",
            "worker_ids": ["a", "b"],
            "queue_name": "index",
            "backend_name": "default",
            "run_after": now + timedelta(minutes=2),
            "finished_at": now,
            "exception_class_path": "django.db.utils.OperationalError",
            "traceback": "at some place",
            **values,
        }
    )


def test_a_failed_task_is_shown_in_plain_words_without_what_it_was_about(people: People) -> None:
    task = failed()
    page = signed_in(people.op).get(PAGE).content.decode()
    for words in ("读取报告全文", "数据库正忙", "试了 2 次", "不再自动重试", str(task.pk)[:8]):
        assert words in page
    for values in ("王小明", "13912345678", "OperationalError", "at some place"):
        assert values not in page


def test_a_task_that_waits_for_its_next_attempt_says_when(people: People) -> None:
    task = failed(TaskResultStatus.READY)
    failed(TaskResultStatus.READY, exception_class_path="", task_path="notices.outbox.tasks.send_queued_mail")
    page = signed_in(people.op).get(PAGE).content.decode()
    assert f"{timezone.localtime(task.run_after):%Y-%m-%d %H:%M}" in page
    assert "发送邮件" not in page  # it has not failed


def test_one_task_or_all_are_tried_again_at_once(people: People) -> None:
    one, other = failed(), failed()
    done = failed(TaskResultStatus.SUCCESSFUL)
    client = signed_in(people.op)
    answer = client.post(f"{PAGE}retry/", {"task": str(one.pk)}, follow=True)
    assert "1 个任务已重新排队" in answer.content.decode()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, one.worker_ids) == (TaskResultStatus.READY, [])
    assert one in DBTaskResult.objects.ready()
    assert other.status == TaskResultStatus.FAILED
    client.post(f"{PAGE}retry/", {"task": ""})
    assert DBTaskResult.objects.ready().count() == 2
    done.refresh_from_db()
    assert done.status == TaskResultStatus.SUCCESSFUL
    assert (
        "没有要重试的任务"
        in client.post(f"{PAGE}retry/", {"task": "no number"}, follow=True).content.decode()
    )


@pytest.mark.parametrize("name", ["li", "zhao", "rival", "guan", "outsider"])
def test_nobody_but_operators_sees_or_retries(people: People, name: str) -> None:
    task = failed()
    client = signed_in(getattr(people, name))
    assert client.get(PAGE).status_code in (302, 403)
    assert client.post(f"{PAGE}retry/", {"task": ""}).status_code in (302, 403)
    assert PAGE not in client.get("/admin/").content.decode()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED


def test_who_is_not_signed_in_is_led_to_the_sign_in(people: People) -> None:
    assert "/admin/login/" in Client().get(PAGE)["Location"]


def test_the_page_costs_the_same_however_much_failed(people: People) -> None:
    client = signed_in(people.op)
    failed()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _ in range(120):
        failed()
    with CaptureQueriesContext(connection) as many:
        page = client.get(PAGE).content.decode()
    assert len(many) == len(few)
    assert "共 121 个" in page


def test_the_queue_forgets_what_ended_long_ago() -> None:
    now = timezone.now()
    failed(TaskResultStatus.SUCCESSFUL, finished_at=now - DONE_KEPT - timedelta(hours=1))
    failed(finished_at=now - FAILED_KEPT - timedelta(hours=1))
    kept = {
        failed(TaskResultStatus.SUCCESSFUL, finished_at=now - DONE_KEPT + timedelta(hours=1)).pk,
        failed(finished_at=now - DONE_KEPT - timedelta(hours=1)).pk,
        failed(TaskResultStatus.READY, finished_at=now - FAILED_KEPT * 2).pk,
    }
    assert clear_ended_tasks(now=now) == 2
    assert {task.pk for task in DBTaskResult.objects.all()} == kept
