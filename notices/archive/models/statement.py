"""The 公众参与说明 of a project: what only a person can argue, rounds held elsewhere, papers filed, and what was built."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import content_storage
from notices.statutory.facts import NoticeKind


class Statement(models.Model):
    """The author's parts of one project's statement; empty is not written yet."""

    project = models.OneToOneField(
        "notices.Project", on_delete=models.PROTECT, related_name="statement", verbose_name=_("项目")
    )
    overview = models.TextField(_("概述"), blank=True)
    first_platform = models.TextField(_("首次公开：网络载体的选取"), blank=True)
    draft_platform = models.TextField(_("征求意见稿：网络载体的选取"), blank=True)
    newspaper_choice = models.TextField(_("报纸的选取"), blank=True)
    posting_choice = models.TextField(_("张贴区域的选取"), blank=True)
    depth = models.TextField(_("深度公众参与，或者不开展的理由"), blank=True)
    other_participation = models.TextField(_("其他公众参与"), blank=True)
    science = models.TextField(_("宣传科普"), blank=True)
    analysis = models.TextField(_("公众意见的归纳分析"), blank=True)
    report_changes = models.TextField(_("采纳意见后报告书的修改"), blank=True)
    not_adopted = models.TextField(_("未采纳意见的归纳"), blank=True)
    pre_approval_platform = models.TextField(_("报批前公开：网络载体的选取"), blank=True)
    other = models.TextField(_("其他"), blank=True)
    updated_at = models.DateTimeField(_("修改时间"), null=True)

    class Meta:
        verbose_name = _("公众参与说明")
        verbose_name_plural = _("公众参与说明")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.project)


class StatementChange(models.Model):
    """One saving of author's parts: ``before`` holds the old text of each part that changed."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="changes")
    before = models.JSONField(_("修改前"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("说明修改记录")
        verbose_name_plural = _("说明修改记录")
        ordering = ["-made_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.statement} {self.made_at:%Y-%m-%d}"


class ElsewhereChannel(models.TextChoices):
    """By what a round was published elsewhere."""

    WEBSITE = "website", _("网络")
    NEWSPAPER = "newspaper", _("报纸")
    POSTING = "posting", _("张贴")
    OTHER = "other", _("其他")


class ElsewhereRound(models.Model):
    """A publication of one round elsewhere than on this portal, with the opinions that it brought.

    ``counts`` maps a channel of opinions to a number; a channel that is not there was not stated, which is not nought.
    """

    project = models.ForeignKey("notices.Project", on_delete=models.PROTECT, related_name="rounds_elsewhere")
    round = models.CharField(
        _("哪一轮"),
        max_length=12,
        choices=[
            (NoticeKind.FIRST_ROUND.value, _("首次公开")),
            (NoticeKind.DRAFT_REPORT.value, _("征求意见稿公示")),
            (NoticeKind.PRE_APPROVAL.value, _("报批前公开")),
        ],
    )
    channel = models.CharField(_("方式"), max_length=10, choices=ElsewhereChannel.choices)
    name = models.CharField(_("载体名称"), max_length=200)
    url = models.URLField(_("网址"), blank=True, max_length=500)
    started_on = models.DateField(_("开始日期"))
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    content = models.TextField(_("公开内容"), blank=True)
    counts = models.JSONField(_("收到意见"), default=dict, blank=True)
    handling = models.TextField(_("这些意见的处理情况"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("平台以外的公开")
        verbose_name_plural = _("平台以外的公开")
        ordering = ["started_on", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_round_display()} {self.name}"

    @property
    def opinions(self) -> int | None:
        """Return how many opinions it brought, None while nobody has stated it."""
        return sum(self.counts.values()) if self.counts else None


class StatementPaper(models.TextChoices):
    """What a filed paper is."""

    PLEDGE = "pledge", _("盖章的诚信承诺")
    FINAL = "final_statement", _("定稿的公众参与说明")
    ELSEWHERE = "elsewhere", _("平台以外公开的证据")


class StatementFile(models.Model):
    """A filed paper; never replaced, the latest of a kind counts.

    A final statement stands beside the ``build`` that was the latest when it came: its own numbers cannot be checked.
    """

    project = models.ForeignKey("notices.Project", on_delete=models.PROTECT, related_name="statement_files")
    kind = models.CharField(_("类别"), max_length=16, choices=StatementPaper.choices)
    elsewhere = models.ForeignKey(ElsewhereRound, on_delete=models.PROTECT, null=True, related_name="files")
    build = models.ForeignKey("archive.StatementBuild", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(_("文件名"), max_length=255)
    file = models.FileField(_("文件"), storage=content_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("公众参与说明的文件")
        verbose_name_plural = _("公众参与说明的文件")
        ordering = ["filed_at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="statement_file_elsewhere_has_its_round",
                condition=models.Q(kind="elsewhere", elsewhere__isnull=False)
                | (~models.Q(kind="elsewhere") & models.Q(elsewhere=None)),
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class StatementBuild(models.Model):
    """One statement made from the record: Word file and PDF by hash, and the numbers that stand in it.

    ``as_of`` is the latest act or edit that it shows and the only date in the files; ``missing`` is how many parts are without
    evidence.
    """

    FILES: ClassVar[tuple[str, ...]] = ("docx", "pdf")

    project = models.ForeignKey("notices.Project", on_delete=models.PROTECT, related_name="statement_builds")
    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="statement_builds"
    )
    number = models.PositiveIntegerField(_("第几次生成"))
    docx = models.FileField(_("Word 文件"), storage=content_storage, max_length=100)
    docx_sha256 = models.CharField("SHA-256", max_length=64)
    docx_size = models.PositiveBigIntegerField(_("大小（字节）"))
    pdf = models.FileField(_("PDF 文件"), storage=content_storage, max_length=100)
    pdf_sha256 = models.CharField("SHA-256", max_length=64)
    pdf_size = models.PositiveBigIntegerField(_("大小（字节）"))
    pages = models.PositiveIntegerField(_("页数"))
    counts = models.JSONField(_("意见数量"))
    missing = models.PositiveIntegerField(_("缺证据的项目数"))
    as_of = models.DateTimeField(_("所记时点"))
    tool_versions = models.JSONField(_("软件和字体版本"), default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("生成的公众参与说明")
        verbose_name_plural = _("生成的公众参与说明")
        ordering = ["project", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="statement_build_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a written row."""
        if not self._state.adding:
            raise ProtectedError("A built statement is never changed.", {self})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ProtectedError("A built statement is never deleted.", {self})
