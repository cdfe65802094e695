"""Frozen files: made once, kept by their hash, never changed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import content_storage


class ArchiveKind(models.TextChoices):
    """What was frozen."""

    NOTICE = "notice", _("公示存档")
    CERTIFICATE = "certificate", _("截止证明")


class ArchiveFile(models.Model):
    """One frozen PDF of a notice.

    ``version`` counts the archives of a kind: 1 at publication (or at the closing of the window), one more after each public
    change (or when a window that was extended closes again). ``as_of`` is the moment of
    that act, ``ledger_position`` and ``ledger_head`` are its entry in the notice's chain. ``tool_versions`` names the
    programs and fonts on which the bytes depend.
    """

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="archives", verbose_name=_("公示")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=ArchiveKind.choices, default=ArchiveKind.NOTICE)
    version = models.PositiveIntegerField(_("存档版本"))
    notice_version = models.PositiveIntegerField(_("公示版本"))
    as_of = models.DateTimeField(_("存档所记时点"))
    file = models.FileField(_("文件"), storage=content_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    pages = models.PositiveIntegerField(_("页数"))
    ledger_position = models.PositiveIntegerField(_("台账序号"))
    ledger_head = models.CharField(_("台账链头"), max_length=64)
    tool_versions = models.JSONField(_("软件和字体版本"), default=dict)
    created_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("存档文件")
        verbose_name_plural = _("存档文件")
        ordering = ["notice", "kind", "version"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "kind", "version"], name="archive_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a written row."""
        if not self._state.adding:
            raise ProtectedError("An archive is never changed.", {self})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ProtectedError("An archive is never deleted.", {self})
