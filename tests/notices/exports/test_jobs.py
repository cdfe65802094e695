"""Background jobs: queued, done, fetched for a day by whoever asked, and never running for ever."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from notices.exports import job_kinds
from notices.exports.job_running import KEPT, perform, tidy_jobs
from notices.exports.jobs import JobKind, MadeFile, Progress, register, request_job
from notices.exports.models import Job, JobState
from notices.permissions import OFFICER_GROUP

pytestmark = pytest.mark.django_db

QUEUED = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "index", "quick", "heavy"],
    }
}


class Workshop:
    """A maker that does as it is told, for whoever is on its list."""

    def __init__(self) -> None:
        self.allowed: set[str] = {"guan"}
        self.fault: Exception | None = None
        self.path: Path | None = None
        self.made = 0

    def make(self, job: Job, progress: Progress) -> MadeFile:
        progress(1, 4)
        if self.fault:
            raise self.fault
        self.made += 1
        return MadeFile(self.path or io.BytesIO("甲".encode()), "卷.txt", "text/plain")

    def may_see(self, user: Any, parameters: dict[str, Any]) -> bool:
        return user.username in self.allowed


@pytest.fixture
def workshop(monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(job_kinds, "_kinds", {})
    shop = Workshop()
    register(JobKind("trial", "试制", shop.make, shop.may_see))
    return shop


@pytest.fixture
def guan() -> Any:
    return person("guan")


def person(name: str) -> Any:
    """Return somebody with a way into the admin; who may have what is the workshop's business here."""
    user = get_user_model().objects.create_user(name)
    user.groups.add(Group.objects.get(name=OFFICER_GROUP))
    return user


@pytest.fixture
def queued() -> Iterator[None]:
    with override_settings(TASKS=QUEUED):
        yield


def ask(guan: Any, **parameters: Any) -> Job:
    return request_job(kind="trial", user=guan, parameters=parameters, now=timezone.now())


def page_of(client: Any, job: Job, suffix: str = "") -> Any:
    return client.get(f"/admin/jobs/{job.pk}/{suffix}")


def test_a_finished_job_is_fetched_by_whoever_asked(client: Any, guan: Any, workshop: Workshop) -> None:
    job = ask(guan)
    assert job.state == JobState.DONE
    client.force_login(guan)
    assert "卷.txt" in page_of(client, job).content.decode()
    response = page_of(client, job, "file/")
    assert b"".join(response.streaming_content).decode() == "甲"
    assert response["Content-Disposition"].startswith("attachment")
    assert str(job.pk) in client.get("/admin/jobs/").content.decode()


@pytest.mark.parametrize("name", ["colleague", "rival", "outsider"])
def test_for_everybody_else_the_job_does_not_exist(
    client: Any, guan: Any, workshop: Workshop, name: str
) -> None:
    job = ask(guan)
    workshop.allowed.add(name)
    other = get_user_model().objects.create_user(name) if name == "outsider" else person(name)
    client.force_login(other)
    for suffix in ("", "file/"):
        response = page_of(client, job, suffix)
        # Who has no way into the admin is sent back to its door.
        assert response.status_code in (302, 404)
        assert "卷.txt" not in response.content.decode()


def test_a_right_that_was_lost_closes_page_and_file(client: Any, guan: Any, workshop: Workshop) -> None:
    job = ask(guan)
    workshop.allowed.clear()
    client.force_login(guan)
    assert [page_of(client, job, suffix).status_code for suffix in ("", "file/")] == [404, 404]


@pytest.mark.usefixtures("queued")
def test_a_right_that_was_lost_while_the_job_waited_makes_nothing(guan: Any, workshop: Workshop) -> None:
    job = ask(guan)
    workshop.allowed.clear()
    perform(job=job, now=timezone.now())
    job.refresh_from_db()
    assert (job.state, workshop.made) == (JobState.FAILED, 0)


def test_nothing_is_queued_for_who_may_not_see_it(guan: Any, workshop: Workshop) -> None:
    with pytest.raises(PermissionDenied):
        request_job(kind="trial", user=person("rival"), parameters={}, now=timezone.now())
    assert not Job.objects.exists()


@pytest.mark.usefixtures("queued")
def test_the_same_request_twice_is_one_job(guan: Any, workshop: Workshop) -> None:
    assert ask(guan, notice=1) == ask(guan, notice=1)
    assert ask(guan, notice=2) != ask(guan, notice=1)
    assert DBTaskResult.objects.filter(queue_name="heavy").count() == 2


@pytest.mark.usefixtures("queued")
def test_a_job_that_runs_shows_its_progress_and_loads_itself_again(
    client: Any, guan: Any, workshop: Workshop
) -> None:
    job = ask(guan)
    client.force_login(guan)
    assert "排队中" in page_of(client, job).content.decode()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, done=300, total=1200)
    html = page_of(client, job).content.decode()
    assert 'value="300" max="1200"' in html
    assert 'http-equiv="refresh"' in html
    assert page_of(client, job, "file/").status_code == 302


@pytest.mark.parametrize(
    ("fault", "said"),
    [(ValidationError("请先选公示。"), "请先选公示。"), (RuntimeError("x=13912345678"), "重新提出")],
)
def test_a_failure_says_what_to_do_and_nothing_of_its_insides(
    client: Any, guan: Any, workshop: Workshop, fault: Exception, said: str
) -> None:
    workshop.fault = fault
    job = ask(guan)
    client.force_login(guan)
    html = page_of(client, job).content.decode()
    assert said in html
    assert "13912345678" not in html
    assert "http-equiv" not in html


@pytest.mark.usefixtures("queued")
def test_a_job_whose_worker_died_is_done_by_the_next_one(guan: Any, workshop: Workshop) -> None:
    job = ask(guan)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    assert tidy_jobs(now=timezone.now()) == 0  # its task waits in the queue again
    perform(job=job, now=timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.DONE
    perform(job=job, now=timezone.now())
    assert workshop.made == 1


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize("task", [TaskResultStatus.FAILED, None])
def test_a_job_that_was_given_up_fails_and_says_so(
    client: Any, guan: Any, workshop: Workshop, task: str | None
) -> None:
    job = ask(guan)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    if task:
        DBTaskResult.objects.filter(pk=job.task_id).update(status=task, finished_at=timezone.now())
    else:
        DBTaskResult.objects.all().delete()
    assert tidy_jobs(now=timezone.now()) == 1
    client.force_login(guan)
    assert "中断" in page_of(client, job).content.decode()


def test_the_file_is_for_its_owner_only_and_gone_after_a_day(
    client: Any, guan: Any, workshop: Workshop
) -> None:
    job = ask(guan)
    assert (job.path.stat().st_mode & 0o777, job.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    tidy_jobs(now=timezone.now() + KEPT - timedelta(minutes=1))
    assert job.path.exists()
    tidy_jobs(now=timezone.now() + KEPT + timedelta(minutes=1))
    assert not job.path.exists()
    client.force_login(guan)
    assert "重新提出" in page_of(client, job).content.decode()
    tidy_jobs(now=timezone.now() + timedelta(days=31))
    assert not Job.objects.exists()


def test_a_file_removed_while_it_is_asked_for_leads_to_the_page_that_says_so(
    client: Any, guan: Any, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(guan)
    job.path.unlink()
    client.force_login(guan)
    with monkeypatch.context() as still:
        still.setattr(Job, "has_file", lambda job, now: True)
        answer = page_of(client, job, "file/")
    assert answer.url == f"/admin/jobs/{job.pk}/"
    assert "重新提出" in client.get(answer.url).content.decode()


def test_a_made_file_is_moved_and_not_copied(guan: Any, workshop: Workshop, tmp_path: Path) -> None:
    workshop.path = tmp_path / "包.zip"
    workshop.path.write_bytes(b"PK")
    job = ask(guan)
    assert job.path.read_bytes() == b"PK"
    assert job.path.stat().st_mode & 0o777 == 0o600
    assert not workshop.path.exists()
