"""The text of attachments, page by page, and the words of it; only what is now public is ever indexed or counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from notices.models import Attachment


class AttachmentText(models.Model):
    """How the extraction of one attachment went; pages without text are counted, never passed over in silence."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="extracted")
    page_count = models.PositiveIntegerField(_("页数"), default=0)
    pages_without_text = models.PositiveIntegerField(_("没有文字层的页数"), default=0)
    error = models.TextField(_("提取失败的原因"), blank=True)
    extracted_at = models.DateTimeField(_("提取时间"))
    words_version = models.PositiveSmallIntegerField(_("分词版本"), default=0)
    words_counted = models.BooleanField(_("词语已计入"), default=False)

    class Meta:
        verbose_name = _("附件文字")
        verbose_name_plural = _("附件文字")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.attachment_id}: {self.page_count}"


class PageText(index.Indexed, models.Model):  # type: ignore[misc]
    """The text of one page; ``number`` counts from 1 as in the file; ``words`` are its different words between spaces.

    Whole files come into the index and leave it, in one task each; so no signal follows the single page.
    """

    search_auto_update = False
    #: Hits are counted by file in the index itself.
    search_group = "attachment_id"

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="page_texts")
    number = models.PositiveIntegerField(_("页码"))
    text = models.TextField(_("文字"))
    words = models.TextField(_("词语"), blank=True, default="")

    search_fields: ClassVar[list[Any]] = [
        index.SearchField("text"),
        index.FilterField("attachment_id"),
        index.FilterField("number"),
    ]

    class Meta:
        verbose_name = _("页面文字")
        verbose_name_plural = _("页面文字")
        ordering = ["attachment", "number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="page_text_once")]

    def __str__(self) -> str:
        return f"{self.attachment_id} p. {self.number}"

    @classmethod
    def get_indexed_objects(cls) -> Any:
        """Return pages of public files only."""
        return cls.objects.filter(public_pages())


class Word(models.Model):
    """A word of reports that are public now, with how many pages and files of them hold it; never of drafts or opinions.

    ``sound`` is how it sounds (``search.sounds``), nothing when unknown.
    """

    text = models.CharField(_("词语"), max_length=20, unique=True)
    sound = models.CharField(_("读音"), max_length=100, db_index=True)
    pages = models.IntegerField(_("页数"))
    files = models.IntegerField(_("文件数"))

    class Meta:
        verbose_name = _("词语")
        verbose_name_plural = _("词语")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text


class IndexCheck(models.Model):
    """What one night's comparison of index and database found; the differences are mended by it."""

    day = models.DateField(_("日期"), unique=True)
    queued_at = models.DateTimeField(_("排队时间"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("次数"), default=1)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    documents = models.PositiveIntegerField(_("应有"), default=0)
    stored = models.PositiveIntegerField(_("实有"), default=0)
    missing = models.PositiveIntegerField(_("缺少"), default=0)
    left_over = models.PositiveIntegerField(_("多余"), default=0)
    outdated = models.PositiveIntegerField(_("过时"), default=0)
    rebuilt = models.BooleanField(_("已重建"), default=False)
    examples = models.JSONField(_("举例"), default=dict)

    class Meta:
        verbose_name = _("检索索引核对")
        verbose_name_plural = _("检索索引核对")
        ordering = ["-day"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)

    @property
    def differences(self) -> int:
        """Return how many objects were not in the index as they should be."""
        return self.missing + self.left_over + self.outdated


def reading_errors(attachment_ids: Sequence[int]) -> dict[int, str]:
    """Return why files were not read to their end, by attachment."""
    failed = AttachmentText.objects.filter(attachment__in=attachment_ids).exclude(error="")
    return dict(failed.values_list("attachment_id", "error"))


def public_pages() -> Q:
    """Return the condition, on page or file texts, that anybody may find them: the file belongs to the version now public."""
    return public_files("attachment__")


def public_files(path: str = "") -> Q:
    """Return the same condition on files, or on what ``path`` leads to a file from."""
    version = F(f"{path}notice__record__version")
    still_there = Q((f"{path}until_version", None)) | Q((f"{path}until_version__gte", version))
    return still_there & Q(
        (f"{path}notice__live", True),
        (f"{path}notice__record__published_at__isnull", False),
        (f"{path}since_version__lte", version),
    )
