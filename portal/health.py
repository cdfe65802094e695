"""How the installation is: a table of probes, asked for the monitoring (`/readyz`) and for the operator's page.

A reason says in plain Chinese what is wrong and what to do. It names no address, path or value: `/readyz` is public.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connections
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult
from modelsearch.backends import get_search_backend

from notices.calendars import current_calendar, missing_year
from notices.models import NoticePage
from notices.models.attachments import content_storage
from notices.printing import missing_parts
from notices.sealing.key_file import read_keys
from portal.heartbeats import CLOCK, last_beat
from portal.models import default_settings
from portal.signin.operators import deputy_words
from portal.task_queue import due_since
from search.index_condition import words_for_operators

logger = logging.getLogger(__name__)

# Seconds for which an answer is given again: a monitor, or somebody who reloads, costs nothing.
KEPT: Final = 5.0
# A worker beats every ten seconds; the clock between two jobs, and one of them may read every chain of a county.
WORKER_SILENT_AFTER: Final = timedelta(minutes=1)
CLOCK_SILENT_AFTER: Final = timedelta(minutes=10)
# How long something may wait in a queue before it is worth a word.
WAITING_TOO_LONG: Final = {
    "index": timedelta(minutes=10),
    "quick": timedelta(minutes=10),
    "default": timedelta(minutes=10),
    "heavy": timedelta(hours=2),
}
QUEUE_LABELS: Final[dict[str, str | Promise]] = {
    "index": gettext_lazy("后台处理（搜索索引）"),
    "quick": gettext_lazy("后台处理（邮件和上传）"),
    "default": gettext_lazy("后台处理（其他）"),
    "heavy": gettext_lazy("后台处理（存档和打包）"),
}
_GIGABYTE: Final = 1024**3
DISK_LOW: Final = 2 * _GIGABYTE
# Below this a form with its photos may no longer find room.
DISK_FULL: Final = _GIGABYTE // 5


class State(StrEnum):
    """How one part or the whole is: degraded still serves residents, down does not."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found: its name, the part in words, how it is, and why it is not as it should be."""

    name: str
    label: str
    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question. ``ask`` returns a reason, or "" when all is well; its failing is answered with ``broken``.

    ``vital`` parts are those without which residents cannot read or send opinions.
    """

    name: str
    label: str | Promise
    ask: Callable[[datetime], str | tuple[State, str]]
    broken: str | Promise
    vital: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """All findings, as of one moment."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """Return how the whole is: as its worst part."""
        states = {finding.state for finding in self.findings}
        return next((state for state in (State.DOWN, State.DEGRADED) if state in states), State.OK)

    @property
    def troubles(self) -> tuple[Finding, ...]:
        """Return what is not as it should be, the worst first."""
        wrong = [finding for finding in self.findings if finding.state != State.OK]
        return tuple(sorted(wrong, key=lambda finding: finding.state != State.DOWN))


def examine(*, now: datetime) -> Health:
    """Ask all probes; none of them raises."""
    return Health(now, tuple(_ask(probe, now) for probe in PROBES))


_lock = threading.Lock()
_last: tuple[float, Health] | None = None


def current_health() -> Health:
    """Return how the installation is, at most ``KEPT`` seconds ago; one thread of a process asks, others take its answer."""
    global _last
    with _lock:
        if _last is None or time.monotonic() - _last[0] >= KEPT:
            _last = (time.monotonic(), examine(now=timezone.now()))
        return _last[1]


def forget() -> None:
    """Ask anew next time."""
    global _last
    with _lock:
        _last = None


def _ask(probe: Probe, now: datetime) -> Finding:
    bad = State.DOWN if probe.vital else State.DEGRADED
    try:
        answer = probe.ask(now)
    except Exception as error:
        # Not the message: it may name the server, the account or a path.
        logger.warning("Probe %s failed with %s", probe.name, type(error).__qualname__)
        answer = (bad, str(probe.broken))
    if isinstance(answer, str):
        answer = (bad if answer else State.OK, answer)
    return Finding(probe.name, str(probe.label), *answer)


def _database(alias: str) -> Callable[[datetime], str]:
    def ask(now: datetime) -> str:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
        except Error:
            connections[alias].close()
            raise
        return ""

    return ask


def _key_store(now: datetime) -> str:
    reason = _database("keys")(now)
    try:
        read_keys()
    except (ImproperlyConfigured, OSError):
        return reason or _(
            "主密钥文件不在或者读不出来，意见提交不了。请从备份放回；新安装请照 portal.env.example 里的说明生成。"
        )
    return reason


def _index(now: datetime) -> tuple[State, str]:
    # A server of its own says what is wrong in its own words, its address among them.
    problem = getattr(get_search_backend(), "problem", lambda model: "")(NoticePage)
    if problem:
        return State.DOWN, _("搜索不能用。请检查搜索服务和 SEARCH_URL。")
    words = words_for_operators()
    return (State.DEGRADED, f"{words}。") if words else (State.OK, "")


def _storage(now: datetime) -> str:
    # A write, because a disk that was mounted read-only after an error still answers every question.
    storage: Any = content_storage()
    if hasattr(storage, "try_out"):
        storage.try_out()
        return ""
    folder = Path(storage.path(""))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"1")
        file.flush()
    return ""


def _cache(now: datetime) -> str:
    cache.set("health", now.isoformat(), 60)
    return "" if cache.get("health") else _("缓存没有保存内容。请检查缓存服务或者 CACHE_URL。")


def _disk(now: datetime) -> tuple[State, str]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    size = f"{free / _GIGABYTE:.1f}"
    if free < DISK_FULL:
        return State.DOWN, _("磁盘已满，只剩 %(size)s GB，意见和文件存不下了。请立刻腾出空间。") % {
            "size": size
        }
    if free < DISK_LOW:
        return State.DEGRADED, _("磁盘只剩 %(size)s GB。请腾出空间或者换更大的磁盘。") % {"size": size}
    return State.OK, ""


def _worker(queue: str) -> Callable[[datetime], str]:
    def ask(now: datetime) -> str:
        seen = last_beat(queue)
        if seen is None or now - seen > WORKER_SILENT_AFTER:
            return _("处理这类任务的程序没有运行。请重新启动平台。")
        first = DBTaskResult.objects.ready().filter(queue_name=queue).order_by("enqueued_at").first()
        due = first and due_since(first)
        if due and now - due > WAITING_TOO_LONG[queue]:
            minutes = int((now - due).total_seconds() // 60)
            return _("最早的任务已经等了 %(minutes)s 分钟。") % {"minutes": minutes}
        return ""

    return ask


def _clock(now: datetime) -> str:
    seen = last_beat(CLOCK)
    if seen is None or now - seen > CLOCK_SILENT_AFTER:
        return _("定时程序没有运行，公示不会按时公开，截止证明和提醒不会发出。请重新启动平台。")
    return ""


def _fonts(now: datetime) -> str:
    missing = missing_parts()
    return _("不能生成 PDF，缺少：%(parts)s。") % {"parts": "；".join(missing)} if missing else ""


def _calendar(now: datetime) -> str:
    year = missing_year(timezone.localdate(now), current_calendar())
    if year is None:
        return ""
    return _("还没有录入 %(year)s 年的节假日安排，跨年的期限只能暂定。国务院办公厅公布后请录入。") % {
        "year": year
    }


def _foot(now: datetime) -> str:
    missing = [] if settings.DEMO_ALLOWED else default_settings().missing_by_law()
    return (
        _("页脚缺少：%(names)s。请在“设置”的“平台设置”里填写。") % {"names": "、".join(missing)}
        if missing
        else ""
    )


_RESTART = gettext_lazy("检查时出错。请看日志，必要时重新启动平台。")
PROBES: Final = (
    Probe(
        "database",
        gettext_lazy("数据库"),
        _database("default"),
        gettext_lazy("数据库不能用。请检查数据库服务、DATABASE_URL 和磁盘。"),
        True,
    ),
    Probe(
        "keys",
        gettext_lazy("密钥库"),
        _key_store,
        gettext_lazy("密钥库不能用，意见提交不了。请检查 KEYS_DATABASE_URL 和磁盘。"),
        True,
    ),
    Probe(
        "storage",
        gettext_lazy("文件存放"),
        _storage,
        gettext_lazy("文件写不进去。请检查磁盘是否已满、变为只读，以及目录的权限。"),
        True,
    ),
    Probe(
        "cache",
        gettext_lazy("缓存"),
        _cache,
        gettext_lazy("缓存不能用，提交意见会出错。请检查缓存服务或者 CACHE_URL。"),
        True,
    ),
    Probe("disk", gettext_lazy("磁盘空间"), _disk, _RESTART, True),
    Probe(
        "index",
        gettext_lazy("搜索"),
        _index,
        gettext_lazy("搜索不能用。请检查搜索服务，或者运行 manage.py wagtail_update_index。"),
        True,
    ),
    Probe("clock", gettext_lazy("定时程序"), _clock, _RESTART),
    *(Probe(f"worker-{queue}", label, _worker(queue), _RESTART) for queue, label in QUEUE_LABELS.items()),
    Probe("fonts", gettext_lazy("PDF 字体"), _fonts, _RESTART),
    Probe("calendar", gettext_lazy("节假日安排"), _calendar, _RESTART),
    Probe("deputy", gettext_lazy("管理员备岗"), lambda now: deputy_words(), _RESTART),
    Probe("foot", gettext_lazy("页脚的法定内容"), _foot, _RESTART),
)
