"""Long work that one person asked for, its progress and the file it ends in."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands; ``message`` says what to do when it failed."""

    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在生成")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有完成")


class Job(models.Model):
    """One job: ``kind`` names who makes it, ``parameters`` are what its maker was asked for.

    ``done`` of ``total`` are in the maker's own units, 0 of 0 while nothing is known. ``task_id`` is the queued task.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("种类"), max_length=40)
    parameters = models.JSONField(default=dict)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(_("提出时间"))
    task_id = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("状态"), max_length=8, choices=JobState.choices, default=JobState.WAITING, db_index=True
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(_("说明"), blank=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    content_type = models.CharField(_("格式"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"), default=0)
    expires_at = models.DateTimeField(_("文件保留到"), null=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-requested_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Return whether it still waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def path(self) -> Path:
        """Return where its file lies while it is kept."""
        return Path(settings.DATA_DIR) / "jobs" / str(self.pk)

    def has_file(self, now: datetime) -> bool:
        """Return whether its file is still there to be fetched."""
        kept = self.expires_at is not None and now < self.expires_at
        return self.state == JobState.DONE and kept and self.path.is_file()
