"""Evidence of publication and participation: dated records that stay open when the notice itself is locked."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import content_storage


class Evidence(models.Model):
    """What every record of evidence has."""

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("公示")
    )
    note = models.TextField(_("备注"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def day(self) -> date | None:
        """Return the day on which it happened, None while it is planned only."""
        raise NotImplementedError


class NewspaperInsertion(Evidence):
    """A newspaper insertion; two are due within the window (Art. 11 (2))."""

    newspaper = models.CharField(_("报纸名称"), max_length=100)
    planned_on = models.DateField(_("计划刊登日期"), null=True, blank=True)
    published_on = models.DateField(_("刊登日期"), null=True, blank=True)
    issue = models.CharField(_("期号和版面"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("报纸公开")
        verbose_name_plural = _("报纸公开")
        ordering = ["published_on", "planned_on", "id"]

    def __str__(self) -> str:
        return f"{self.newspaper} {self.published_on or self.planned_on or ''}"

    @property
    def day(self) -> date | None:
        """Return the day on which it happened."""
        return self.published_on


class SitePosting(Evidence):
    """A notice posted where the public sees it (Art. 11 (3))."""

    village = models.CharField(_("村（社区）"), max_length=60)
    spot = models.CharField(_("张贴位置"), max_length=200)
    posted_on = models.DateField(_("张贴日期"), null=True, blank=True)
    removed_on = models.DateField(_("撤除日期"), null=True, blank=True)
    # The photo upload by QR code: renewing it makes every printed code before it worthless.
    upload_use = models.PositiveIntegerField(default=1, editable=False)
    upload_revoked = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("现场张贴")
        verbose_name_plural = _("现场张贴")
        ordering = ["village", "id"]

    def __str__(self) -> str:
        return f"{self.village} {self.spot}"

    @property
    def day(self) -> date | None:
        """Return the day on which it happened."""
        return self.posted_on


class PaperViewing(Evidence):
    """How often the paper report was read at a place on a day (official outline 3.3)."""

    place = models.CharField(_("查阅地点"), max_length=200)
    viewed_on = models.DateField(_("日期"))
    visitors = models.PositiveIntegerField(_("查阅人次"))

    class Meta:
        verbose_name = _("纸质报告书查阅记录")
        verbose_name_plural = _("纸质报告书查阅记录")
        ordering = ["viewed_on", "id"]

    def __str__(self) -> str:
        return f"{self.place} {self.viewed_on}"

    @property
    def day(self) -> date | None:
        """Return the day on which it happened."""
        return self.viewed_on


class OtherChannel(Evidence):
    """Broadcast, television, WeChat or another channel that Art. 11 encourages, or an external website."""

    channel = models.CharField(_("渠道"), max_length=100)
    url = models.URLField(_("网址"), blank=True)
    started_on = models.DateField(_("开始日期"), null=True, blank=True)
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("其他公开渠道")
        verbose_name_plural = _("其他公开渠道")
        ordering = ["started_on", "id"]

    def __str__(self) -> str:
        return self.channel

    @property
    def day(self) -> date | None:
        """Return the day on which it happened."""
        return self.started_on


class MeetingKind(models.TextChoices):
    """Forms of in-depth participation (Arts. 14-17)."""

    FORUM = "forum", _("公众座谈会")
    HEARING = "hearing", _("听证会")
    EXPERTS = "experts", _("专家论证会")


class Meeting(Evidence):
    """A meeting of in-depth participation (Arts. 14-17), from its notice to its minutes.

    Its dates are set by the acts that make them true: announced, invited, minutes published; ``held_on`` is changed by
    rescheduling only once the meeting is announced.
    """

    kind = models.CharField(_("形式"), max_length=10, choices=MeetingKind.choices)
    topic = models.CharField(_("议题"), max_length=200)
    held_on = models.DateField(_("召开日期"), null=True, blank=True)
    held_time = models.CharField(_("召开时间"), max_length=20, blank=True, help_text=_("例如 9:00。"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    eligibility = models.TextField(
        _("可以报名的公众范围"), blank=True, help_text=_("例如：环境影响评价范围内的居民和单位。")
    )
    register_how = models.TextField(
        _("网上以外的报名方式"), blank=True, help_text=_("电话、地点和时间；网上报名由平台提供。")
    )
    registration_until = models.DateField(_("报名截止日期"), null=True, blank=True)
    announced_on = models.DateField(_("公告日期"), null=True, blank=True, editable=False)
    selection_principle = models.TextField(_("代表选取原则和过程"), blank=True, editable=False)
    invited_on = models.DateField(_("书面通知日期"), null=True, blank=True, editable=False)
    invited_count = models.PositiveIntegerField(_("通知人数"), null=True, editable=False)
    minutes = models.TextField(_("纪要"), blank=True, editable=False)
    minutes_on = models.DateField(_("纪要公开日期"), null=True, blank=True, editable=False)
    cancelled_on = models.DateField(_("取消日期"), null=True, editable=False)
    change_reason = models.TextField(_("改期或取消的原因"), blank=True, editable=False)

    class Meta:
        verbose_name = _("座谈会、听证会、论证会")
        verbose_name_plural = _("座谈会、听证会、论证会")
        ordering = ["held_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.topic}"

    @property
    def day(self) -> date | None:
        """Return the day on which it happened."""
        return self.held_on

    def takes_registrations(self, today: date) -> bool:
        """Whether somebody may register today."""
        last = self.registration_until or self.held_on
        return (
            self.announced_on is not None and self.cancelled_on is None and last is not None and today <= last
        )


class PhotoMoment(models.TextChoices):
    """When in the life of a posting a photo was taken."""

    START = "start", _("张贴时")
    MIDDLE = "middle", _("张贴期间")
    END = "end", _("撤除时")


class EvidenceFile(models.Model):
    """A photo, page image or scan that belongs to one record of evidence."""

    insertion = models.ForeignKey(
        NewspaperInsertion, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    posting = models.ForeignKey(
        SitePosting, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    viewing = models.ForeignKey(
        PaperViewing, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    channel = models.ForeignKey(
        OtherChannel, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    file_name = models.CharField(_("文件名"), max_length=255)
    file = models.FileField(_("文件"), storage=content_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True, blank=True)
    moment = models.CharField(_("拍摄阶段"), max_length=6, choices=PhotoMoment.choices, blank=True)
    by_qr = models.BooleanField(_("经二维码上传"), default=False)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证据文件")
        verbose_name_plural = _("证据文件")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_file_has_one_owner",
                condition=(
                    models.Q(insertion__isnull=False, posting=None, viewing=None, channel=None, meeting=None)
                    | models.Q(
                        insertion=None, posting__isnull=False, viewing=None, channel=None, meeting=None
                    )
                    | models.Q(
                        insertion=None, posting=None, viewing__isnull=False, channel=None, meeting=None
                    )
                    | models.Q(
                        insertion=None, posting=None, viewing=None, channel__isnull=False, meeting=None
                    )
                    | models.Q(
                        insertion=None, posting=None, viewing=None, channel=None, meeting__isnull=False
                    )
                ),
            )
        ]

    def __str__(self) -> str:
        return self.file_name
