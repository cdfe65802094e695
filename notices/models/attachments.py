"""Attachments of a notice: immutable rows, the file stored under its own hash."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext_lazy as _

from notices.wording import page_ranges, part_ranges

PDF_TYPE = "application/pdf"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Files whose text can be read here and searched.
READABLE_TYPES: Final = (PDF_TYPE, DOCX_TYPE)


def content_storage() -> Storage:
    """Return the storage of content-addressed files."""
    return storages["content"]


class AttachmentKind(models.TextChoices):
    """What a file is to the notice."""

    DRAFT_REPORT = "draft_report", _("环境影响报告书征求意见稿（全文）")
    FULL_REPORT = "full_report", _("拟报批的环境影响报告书（全文）")
    STATEMENT = "statement", _("公众参与说明")
    REDACTION = "redaction", _("删减说明")
    PLANNING_EIA = "planning_eia", _("规划环评审查意见")
    MAP = "map", _("图件")
    OTHER = "other", _("其他")


_BYTES = frozenset({"file", "file_name", "sha256", "size", "content_type"})
_NEVER_REPLACED = "A file of a notice is never replaced; a new one is added beside it."


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Files by the version of the notice that they belong to."""

    def in_version(self, version: int) -> AttachmentQuerySet:
        """Return the files that belong to a version of their notice."""
        still_there = Q(until_version=None) | Q(until_version__gte=version)
        return self.filter(still_there, since_version__lte=version)

    def update(self, **kwargs: Any) -> int:
        """Refuse to replace the bytes or their name."""
        if _BYTES & set(kwargs):
            raise ProtectedError(_NEVER_REPLACED, set())
        return super().update(**kwargs)


class Attachment(models.Model):
    """A file published with a notice; never replaced, only added, or taken off a draft.

    ``since_version`` and ``until_version`` are the first and the last version of the notice that it belongs to. A file of a
    correction in progress has a version to come; one that a correction takes off stays readable with the earlier versions.
    """

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.CASCADE, related_name="attachments", verbose_name=_("公示")
    )
    kind = models.CharField(_("类别"), max_length=20, choices=AttachmentKind.choices)
    title = models.CharField(_("名称"), max_length=200)
    file_name = models.CharField(_("文件名"), max_length=255)
    file = models.FileField(_("文件"), storage=content_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    pages = models.PositiveIntegerField(_("页数"), null=True)
    text_share = models.FloatField(_("有文字层的页面比例"), null=True)
    pages_without_text = models.JSONField(_("没有文字层的页"), default=list, blank=True)
    personal_data = models.JSONField(
        _("疑似个人信息"), default=list, blank=True, help_text=_("页码和遮盖后的样本，不存原文。")
    )
    redaction_note = models.TextField(_("删减说明"), blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    since_version = models.PositiveIntegerField(_("起始版本"), default=1)
    until_version = models.PositiveIntegerField(_("终止版本"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["kind", "id"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Insert; later change only what is named and is not the file itself."""
        if not self._state.adding and (update_fields is None or _BYTES & set(update_fields)):
            raise ProtectedError(_NEVER_REPLACED, {self})
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_word(self) -> bool:
        """Whether it is a Word file: it has no pages of its own and is read in parts."""
        return self.content_type == DOCX_TYPE

    @property
    def is_readable(self) -> bool:
        """Whether its text can be read here and searched."""
        return self.content_type in READABLE_TYPES

    def places(self, numbers: list[int]) -> str:
        """Return pages, of a Word file parts, in few words."""
        return part_ranges(numbers) if self.is_word else page_ranges(numbers)

    @property
    def is_published(self) -> bool:
        """Whether the file belongs to a version that has been published, the present one or an earlier one."""
        record = self.notice.record
        return record.is_public and self.since_version <= record.version

    @property
    def is_outdated(self) -> bool:
        """Whether a correction has taken the file off the notice."""
        return self.until_version is not None and self.until_version < self.notice.record.version

    @property
    def is_in_force(self) -> bool:
        """Whether the file belongs to the version now public."""
        return self.is_published and not self.is_outdated
