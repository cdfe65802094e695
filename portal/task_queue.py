"""What the operator sees of the queue of background tasks, and trying again what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.task_kinds import kind_of

# The kinds of errors an operator can do something about, by the end of their dotted path; in the order of asking.
_REASONS: Final[tuple[tuple[tuple[str, ...], str | Promise], ...]] = (
    (("OperationalError", "InterfaceError"), _("数据库正忙或者不能用")),
    (("IndexBusyError",), _("搜索索引正被占用")),
    (("TaskAbandoned",), _("处理程序多次中断，可能是内存不够")),
    (("DoesNotExist",), _("要处理的内容已不在")),
    (("PermissionError", "FileNotFoundError", "OSError"), _("文件读不到或者写不进去")),
    (("MemoryError",), _("内存不够")),
    (("TimeoutError", "ConnectionError", "ConnectionRefusedError"), _("连不上所需的服务")),
)


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A task that failed at least once and is not done: ``next_try`` is None when only a person has it tried again.

    ``reference`` is what the log knows it by. Nothing of what the task was about: it may name people.
    """

    pk: UUID
    label: str | Promise
    reason: str | Promise
    failed_at: datetime | None
    attempts: int
    next_try: datetime | None

    @property
    def reference(self) -> str:
        """Return the number under which the log tells more."""
        return str(self.pk)[:8]


def due_since(task: DBTaskResult[..., object]) -> datetime:
    """Return since when a waiting task could have been run: it was queued, or put off until then."""
    # The far future stands for "at once" in the table.
    return task.enqueued_at if task.run_after.year == 9999 else max(task.enqueued_at, task.run_after)


def _in_trouble() -> QuerySet[DBTaskResult[..., object]]:
    waiting_again = Q(status=TaskResultStatus.READY) & ~Q(exception_class_path="")
    return DBTaskResult.objects.filter(Q(status=TaskResultStatus.FAILED) | waiting_again)


def failed_tasks() -> tuple[list[FailedTask], int]:
    """Return the latest hundred tasks that failed and are not done, and how many there are."""
    tasks = _in_trouble()
    # Without the arguments: what is not read is not shown.
    rows = tasks.order_by("-finished_at").only(
        "pk", "status", "task_path", "worker_ids", "exception_class_path", "finished_at", "run_after"
    )
    return [_failed(task) for task in rows[:100]], tasks.count()


def failed_count() -> int:
    """Return how many tasks failed and are not done."""
    return _in_trouble().count()


def retry_tasks(*, pks: list[UUID] | None, now: datetime) -> int:
    """Queue failed tasks again for now, with all their attempts before them; all of them for None. Return how many."""
    tasks = _in_trouble()
    if pks is not None:
        tasks = tasks.filter(pk__in=pks)
    # The exception stays until the task succeeds: the page goes on showing what it waits for.
    return tasks.update(status=TaskResultStatus.READY, worker_ids=[], started_at=None, run_after=now)


def _failed(task: DBTaskResult[..., object]) -> FailedTask:
    error = task.exception_class_path.rpartition(".")[2]
    reason = next((words for ends, words in _REASONS if error.endswith(ends)), _("程序出错"))
    return FailedTask(
        pk=task.pk,
        label=kind_of(task.task_path).label,
        reason=reason,
        failed_at=task.finished_at,
        attempts=len(task.worker_ids),
        next_try=task.run_after if task.status == TaskResultStatus.READY else None,
    )
