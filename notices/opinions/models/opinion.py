"""Page one of the official form: the opinion itself, without anything that says who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.written_once import WrittenOnce


def opinion_storage() -> Storage:
    """Return the storage of files that came with opinions: owner-only, never served from a public folder."""
    return storages["content"]


# Not translated: it is stored in place of the text, so that every page, export and document shows it.
DESTROYED_TEXT = "（内容已依法销毁）"


class Channel(models.TextChoices):
    """How an opinion arrived (Art. 13)."""

    WEB = "web", _("网上")
    LETTER = "letter", _("信函")
    FAX = "fax", _("传真")
    EMAIL = "email", _("电子邮件")
    PHONE = "phone", _("电话")
    VISIT = "visit", _("当面")
    MEETING = "meeting", _("座谈会等")


class OpinionTimeliness(models.TextChoices):
    """Whether a taken opinion arrived inside the window."""

    INSIDE = "inside", _("期限内")
    LATE = "late", _("逾期")


class Topic(models.TextChoices):
    """What an opinion is about; set by staff, several for one opinion. NOT_EIA is also set by the system (Art. 30)."""

    WATER = "water", _("水")
    AIR = "air", _("大气")
    NOISE = "noise", _("噪声")
    WASTE = "waste", _("固体废物")
    ECOLOGY = "ecology", _("生态")
    RISK = "risk", _("环境风险")
    PROCEDURE = "procedure", _("公众参与程序")
    NOT_EIA = "not_eia", _("非环评事项")
    OTHER = "other", _("其他")


class Opinion(WrittenOnce):
    """One opinion. The text never changes; a redaction is a second field.

    ``sequence`` counts from 1 without gaps in each notice; ``number`` is it with the notice code and a check digit.
    ``received_at`` is when it arrived (for paper: as staff state it), ``recorded_at`` when this system took it.
    ``calendar_version`` and ``window_`` say how the window stood at that moment; it may have been extended since.
    ``page_one_salt`` is as fixed as the text: without it the commitment in the ledger says nothing about the text.
    """

    changeable: ClassVar[frozenset[str]] = frozenset({"redacted_text", "answer", "answer_id", "destroyed_at"})

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="opinions", verbose_name=_("公示")
    )
    notice_version = models.PositiveIntegerField(_("公示版本"))
    notice_revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    calendar_version = models.CharField(_("日历版本"), max_length=100, blank=True)
    window_last_day = models.DateField(_("提交时的截止日"), null=True)
    window_provisional = models.BooleanField(_("提交时截止日暂定"), default=False)
    sequence = models.PositiveIntegerField(_("序号"))
    number = models.CharField(_("回执编号"), max_length=24, unique=True)
    text = models.TextField(_("意见"))
    redacted_text = models.TextField(_("遮盖后的意见"), blank=True)
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    transcriber = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("代录人"),
    )
    received_at = models.DateTimeField(_("收到时间"), db_index=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    postmarked_on = models.DateField(_("邮戳日期"), null=True, blank=True)
    timeliness = models.CharField(_("是否逾期"), max_length=6, choices=OpinionTimeliness.choices)
    village = models.CharField(_("村（社区）"), max_length=60, blank=True)
    in_scope = models.BooleanField(_("在征求意见范围内"), null=True)
    filled_by_helper = models.BooleanField(_("由他人代填"), default=False)
    supplement_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supplements",
        verbose_name=_("补充"),
    )
    answer = models.ForeignKey(
        "opinions.Answer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("答复"),
    )
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    lookup_digest = models.CharField(max_length=64, editable=False)
    page_one_salt = models.BinaryField(null=True, editable=False)
    page_one_commitment = models.CharField(max_length=64, editable=False)
    page_two_commitment = models.CharField(max_length=64, blank=True, editable=False)
    ledger_entry = models.OneToOneField(
        "ledger.Entry", on_delete=models.PROTECT, related_name="+", verbose_name=_("台账记录")
    )
    destroyed_at = models.DateTimeField(_("内容销毁时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("公众意见")
        verbose_name_plural = _("公众意见")
        ordering = ["notice", "sequence"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["notice", "sequence"], name="opinion_sequence_once"),
            models.CheckConstraint(
                name="opinion_transcribed_unless_web",
                condition=models.Q(channel="web", transcriber=None)
                | (~models.Q(channel="web") & models.Q(transcriber__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def public_text(self) -> str:
        """Return the text fit for others' eyes: the redacted one where there is one."""
        return self.redacted_text or self.text

    def destroy_content(self, *, now: datetime) -> None:
        """Overwrite text, redactions and salts for ever: the one exception to the rule that a text never changes.

        Only ``notices.opinions.destruction`` calls this, after two people have decided and under the chain lock.
        """
        for redaction in self.redactions.all():
            redaction.destroy_content()
        self._overwrite(text=DESTROYED_TEXT, redacted_text="", page_one_salt=None, destroyed_at=now)


class TopicMark(models.Model):
    """A topic of an opinion, set by staff or, where ``marked_by`` is null, by the system from its words."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="topics")
    topic = models.CharField(_("主题"), max_length=12, choices=Topic.choices)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    marked_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("主题")
        verbose_name_plural = _("主题")
        ordering = ["topic"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["opinion", "topic"], name="topic_once_per_opinion")]

    def __str__(self) -> str:
        return self.get_topic_display()


FILE_KINDS = {
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/heic": "HEIC",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
}


class FileState(models.TextChoices):
    """A file is staged alone and becomes part of the opinion with its text."""

    STAGED = "staged", _("已上传")
    COMMITTED = "committed", _("已提交")
    DROPPED = "dropped", _("未提交")


class OpinionFile(models.Model):
    """A photo or document that came with an opinion, or waits for it under the hash of its form key.

    Bytes and name are sealed under the data key ``key_id``; hash and size are those of the plain bytes. Erasure empties
    what ``erasable`` names and leaves the commitment. A row begins as dropped and is staged once its bytes are on the disk.
    ``file_name`` is no column: ``notices.opinions.file_names`` opens it for those who may see it.
    """

    erasable: ClassVar[frozenset[str]] = frozenset({"sealed_name", "file", "sha256", "salt", "erased_at"})
    file_name: str | None = None

    form_key_hash = models.CharField(max_length=64, db_index=True, editable=False)
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, null=True, related_name="files")
    state = models.CharField(_("状态"), max_length=10, choices=FileState.choices, default=FileState.STAGED)
    sealed_name = models.BinaryField(null=True, editable=False)
    file = models.FileField(_("文件"), storage=opinion_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    key_id = models.UUIDField(null=True, editable=False)
    salt = models.BinaryField(null=True, editable=False)
    commitment = models.CharField(max_length=64, blank=True, editable=False)
    staged_at = models.DateTimeField(_("上传时间"))
    committed_at = models.DateTimeField(_("提交时间"), null=True)
    erased_at = models.DateTimeField(_("删除时间"), null=True)

    class Meta:
        verbose_name = _("意见附件")
        verbose_name_plural = _("意见附件")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="opinion_file_committed_with_opinion",
                condition=models.Q(state="committed", opinion__isnull=False)
                | (~models.Q(state="committed") & models.Q(opinion=None)),
            ),
            models.UniqueConstraint(
                fields=["form_key_hash", "sha256"],
                condition=models.Q(state="staged"),
                name="opinion_file_staged_once",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:16]

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Stage, commit or erase; refuse to change a committed file otherwise."""
        is_erasure = update_fields is not None and set(update_fields) == self.erasable
        if not self._state.adding and not is_erasure and self._is_committed():
            raise ProtectedError("A committed file never changes.", {self})
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a staged or dropped file; refuse for a committed one."""
        if self._is_committed():
            raise ProtectedError("A committed file is never deleted.", {self})
        return super().delete(*args, **kwargs)

    @property
    def is_picture(self) -> bool:
        """Return whether it is a photo, of which a copy without place and device can be made."""
        return self.content_type.startswith("image/")

    @property
    def kind(self) -> str:
        """Return the format as people call it."""
        return FILE_KINDS.get(self.content_type, self.content_type)

    def _is_committed(self) -> bool:
        return type(self).objects.filter(pk=self.pk, state=FileState.COMMITTED).exists()


class Redaction(WrittenOnce):
    """One redaction of a text; the original stays in the opinion. An empty text takes the redaction before it back.

    ``struck`` lists the passages that were struck out, as staff gave them: they must appear nowhere in public.
    """

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="redactions")
    text = models.TextField(_("遮盖后的意见"), blank=True)
    struck = models.JSONField(_("遮盖的文字"), default=list)
    reason = models.TextField(_("原因"))
    salt = models.BinaryField(null=True, editable=False)
    commitment = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("遮盖记录")
        verbose_name_plural = _("遮盖记录")
        ordering = ["made_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.opinion} {timezone.localtime(self.made_at):%Y-%m-%d}"

    def destroy_content(self) -> None:
        """Overwrite what was written with the content that it covered."""
        self._overwrite(text="", struck=[], reason=DESTROYED_TEXT, salt=None)
