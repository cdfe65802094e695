"""The clock: jobs run when they are due, a failing one stops nobody, every path in the table exists."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command

from portal import clock as clock_module
from portal.clock import JOBS, Clock, Job

# The clock looks at every open database connection after a job.
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Diary(ModuleType):
    """A module whose functions note that they ran."""

    def __init__(self) -> None:
        super().__init__("clock_test_diary")
        self.entries: list[tuple[str, datetime]] = []

    def first(self, *, now: datetime) -> None:
        self.entries.append(("first", now))

    def second(self, *, now: datetime) -> None:
        self.entries.append(("second", now))

    def broken(self, *, now: datetime) -> None:
        raise RuntimeError("broken on purpose")


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    module = Diary()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def job(name: str, every: float = 60) -> Job:
    return Job(name, every, f"clock_test_diary.{name}")


class Ticks:
    def __init__(self) -> None:
        self.value = 1000.0

    def __call__(self) -> float:
        return self.value


def clock(ticks: Ticks, *jobs: Job) -> Clock:
    return Clock(jobs, now=lambda: NOON, ticks=ticks)


def test_all_jobs_run_at_the_start_with_the_time_handed_to_them(diary: Diary) -> None:
    assert clock(Ticks(), job("first"), job("second")).run_due() == ["first", "second"]
    assert diary.entries == [("first", NOON), ("second", NOON)]


def test_a_job_runs_again_when_its_interval_is_over_and_not_before(diary: Diary) -> None:
    ticks = Ticks()
    running = clock(ticks, job("first", 60), job("second", 90))
    running.run_due()
    ticks.value += 59
    assert running.run_due() == []
    assert running.seconds_to_next() == pytest.approx(1)
    ticks.value += 1
    assert running.run_due() == ["first"]


def test_one_run_makes_up_for_all_that_were_missed(diary: Diary) -> None:
    ticks = Ticks()
    running = clock(ticks, job("first", 60))
    running.run_due()
    ticks.value += 3600
    assert running.run_due() == ["first"]
    assert running.run_due() == []


def test_a_failing_job_is_logged_stops_nobody_and_is_tried_again(
    diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = Ticks()
    running = clock(ticks, job("broken"), job("first"))
    assert running.run_due() == ["first"]
    assert "Job broken failed" in caplog.text
    ticks.value += 60
    assert running.run_due() == ["first"]


def test_a_job_that_cannot_be_found_stops_nobody(diary: Diary) -> None:
    assert clock(Ticks(), job("missing"), job("first")).run_due() == ["first"]


def test_every_job_of_the_table_can_be_loaded_and_has_a_name_of_its_own() -> None:
    for entry in JOBS:
        assert callable(entry.load())
        assert entry.every > 0
    assert len({entry.name for entry in JOBS}) == len(JOBS)


def test_every_job_of_the_table_runs_on_an_empty_installation() -> None:
    call_command("clock", "--once")


def test_the_command_says_which_job_failed(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = (job("first"), job("broken"))
    monkeypatch.setattr("portal.management.commands.clock.JOBS", jobs)
    monkeypatch.setattr("portal.management.commands.clock.Clock", lambda: clock_module.Clock(jobs))
    with pytest.raises(CommandError, match="broken"):
        call_command("clock", "--once")
