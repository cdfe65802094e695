"""The table of periodic jobs, and the loop that runs them.

A job is a callable that takes `now` (aware, keyword only), is safe to run late, twice or after a long pause, and
commits for itself. One clock runs for an installation.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.heartbeats import CLOCK, beat

logger = logging.getLogger(__name__)

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Job:
    """A periodic job: its name in the log, seconds between two runs, dotted path of the callable."""

    name: str
    every: float
    path: str

    def load(self) -> Callable[..., object]:
        """Return the callable; raises ImportError."""
        function: Callable[..., object] = import_string(self.path)
        return function


JOBS: tuple[Job, ...] = (
    Job("publish-due-notices", 20, "notices.services.publish_due_notices"),
    Job("close-windows", MINUTE, "notices.services.close_windows"),
    Job("recompute-windows", HOUR, "notices.calendar_services.recompute_windows"),
    Job("daily-ledger-root", 10 * MINUTE, "notices.ledger.roots.record_root_of_yesterday"),
    Job("time-stamp-roots", 10 * MINUTE, "notices.ledger.timestamps.stamp_roots"),
    Job("check-ledger", 10 * MINUTE, "notices.opinions.ledger_checks.check_nightly"),
    Job("send-reminders", HOUR, "notices.reminders.send_reminders"),
    Job("tell-subscribers", MINUTE, "notices.subscriptions.announcing.announce_news"),
    Job("erase-ended-subscriptions", HOUR, "notices.subscriptions.expiry.erase_ended"),
    Job("send-due-mails", MINUTE, "notices.outbox.services.send_due"),
    Job("erase-old-registrations", 6 * HOUR, "notices.opinions.registrations.erase_old_registrations"),
    Job("lapse-destruction-proposals", 6 * HOUR, "notices.opinions.destruction.lapse_proposals"),
    Job("finish-destructions", HOUR, "notices.opinions.destruction.finish_destructions"),
    Job("clear-volumes", HOUR, "notices.archive.volumes.making.clear_volumes"),
    Job("recheck-public-opinions", 24 * HOUR, "notices.opinions.publication.recheck_public_opinions"),
    Job("expire-personal-data", 6 * HOUR, "notices.opinions.expiry.expire_personal_data"),
    Job("clear-old-uploads", HOUR, "notices.upload_services.clear_old_uploads"),
    Job("drop-stale-opinion-files", HOUR, "notices.opinions.files.drop_stale_files"),
    Job("clear-orphan-keys", 6 * HOUR, "notices.opinions.orphan_keys.clear_orphan_keys"),
    Job("tidy-jobs", 5 * MINUTE, "notices.exports.job_running.tidy_jobs"),
    Job("read-outdated-words", HOUR, "search.tasks.queue_outdated_words"),
    Job("rebuild-search-index", 10 * MINUTE, "search.index_jobs.rebuild_if_needed"),
    Job("check-search-index", 10 * MINUTE, "search.index_jobs.check_nightly"),
    Job("clear-ended-tasks", 6 * HOUR, "portal.upkeep.clear_ended_tasks"),
    Job("requeue-stale-tasks", MINUTE, "portal.upkeep.requeue_stale_tasks"),
    Job("sweep-caches", 5 * MINUTE, "portal.caches.sweep_caches"),
    Job("forget-failed-sign-ins", 6 * HOUR, "portal.signin.lockout.forget_failures"),
    Job("clear-expired-sessions", 6 * HOUR, "portal.upkeep.clear_expired_sessions"),
)


class Clock:
    """Runs each job when it is due; all are due at the start."""

    def __init__(
        self,
        jobs: Sequence[Job] = JOBS,
        *,
        now: Callable[[], datetime] = timezone.now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._ticks = ticks
        self._due = {job: ticks() for job in jobs}

    def run_due(self) -> list[str]:
        """Run what is due, in the order of the table; return the names of the jobs that succeeded.

        A failing job is logged and waits for its next turn like any other; it stops nobody else.
        """
        succeeded = []
        for job, due in self._due.items():
            if due > self._ticks():
                continue
            if self._run(job):
                succeeded.append(job.name)
            # From now, not from when it was due: after a pause one run makes up for all that were missed.
            self._due[job] = self._ticks() + job.every
        return succeeded

    def seconds_to_next(self) -> float:
        """Return how long nothing will be due."""
        return max(0.0, min(self._due.values()) - self._ticks())

    def _run(self, job: Job) -> bool:
        try:
            job.load()(now=self._now())
        except Exception:
            logger.exception("Job %s failed", job.name)
            return False
        finally:
            _release_connections()
            beat(CLOCK)
        return True


def _release_connections() -> None:
    """Drop stale connections after a job, as after a web request; a caller's own transaction keeps its connection."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def run_forever() -> None:
    """Run the jobs of the table until the process is ended."""
    clock = Clock()
    while True:
        clock.run_due()
        beat(CLOCK)
        time.sleep(clock.seconds_to_next())
