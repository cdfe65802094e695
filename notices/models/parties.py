"""Who stands behind a notice: agreements, consultants with their authorisations, accounts, confirmations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import content_storage


class FiledScan(models.Model):
    """A scanned document on file, stored under its own hash and never replaced."""

    file_name = models.CharField(_("文件名"), max_length=255)
    file = models.FileField(_("文件"), storage=content_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    filed_at = models.DateTimeField(_("备案时间"))

    class Meta:
        abstract = True


class EntrustmentAgreement(FiledScan):
    """The agreement by which a 建设单位 entrusts the platform with personal data (个人信息保护法 Art. 21)."""

    proponent = models.ForeignKey(
        "notices.ProponentPage", on_delete=models.PROTECT, related_name="agreements"
    )
    signed_on = models.DateField(_("签订日期"))

    class Meta:
        verbose_name = _("委托处理协议")
        verbose_name_plural = _("委托处理协议")
        ordering = ["-signed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.proponent} {self.signed_on}"


class Consultant(models.Model):
    """A 编制单位 that works for one 建设单位."""

    proponent = models.ForeignKey(
        "notices.ProponentPage", on_delete=models.PROTECT, related_name="consultants"
    )
    name = models.CharField(_("编制单位名称"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)

    class Meta:
        verbose_name = _("受托编制单位")
        verbose_name_plural = _("受托编制单位")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["proponent", "name"], name="consultant_once_per_proponent")
        ]

    def __str__(self) -> str:
        return self.name


class Authorisation(FiledScan):
    """A 建设单位's written authorisation of a consultant; both days belong to it."""

    consultant = models.ForeignKey(Consultant, on_delete=models.PROTECT, related_name="authorisations")
    valid_from = models.DateField(_("有效期自"))
    valid_until = models.DateField(_("有效期至"))
    scope = models.CharField(_("授权事项"), max_length=200)

    class Meta:
        verbose_name = _("授权书")
        verbose_name_plural = _("授权书")
        ordering = ["-valid_until", "-id"]

    def __str__(self) -> str:
        return f"{self.consultant} {self.valid_from}–{self.valid_until}"


class Delegate(models.Model):
    """An account in a proponent's group that belongs to a consultant; all others are the proponent's own staff."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegate")
    consultant = models.ForeignKey(Consultant, on_delete=models.PROTECT, related_name="delegates")

    class Meta:
        verbose_name = _("受托账号")
        verbose_name_plural = _("受托账号")

    def __str__(self) -> str:
        return f"{self.user} {self.consultant}"


class Invitation(models.Model):
    """The one invitation of an account that counts; a new one takes its place, so that the old link dies."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitation")
    issued_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_at = models.DateTimeField(_("设定密码时间"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("账号邀请")
        verbose_name_plural = _("账号邀请")

    def __str__(self) -> str:
        return str(self.user)


class ConfirmationWay(models.TextChoices):
    """How a 建设单位 confirms a wording."""

    ACCOUNT = "account", _("本单位账号确认")
    SCAN = "scan", _("盖章扫描件")


class PublicationConfirmation(FiledScan):
    """A 建设单位's confirmation of one wording (Art. 6); ``digest`` is of the wording, see ``notices.gate.wording_digest``.

    A later edit changes the digest of the notice, and the confirmation no longer fits. The scan is empty where an
    account confirmed. ``role`` and ``organisation`` say in which capacity the person acted.
    """

    record = models.ForeignKey("notices.NoticeRecord", on_delete=models.CASCADE, related_name="confirmations")
    way = models.CharField(_("方式"), max_length=8, choices=ConfirmationWay.choices)
    digest = models.CharField(_("内容摘要"), max_length=64)
    role = models.CharField(_("身份"), max_length=12)
    organisation = models.CharField(_("单位"), max_length=255, blank=True)
    file_name = models.CharField(_("文件名"), max_length=255, blank=True)
    file = models.FileField(_("文件"), storage=content_storage, max_length=100, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"), default=0)
    content_type = models.CharField(_("格式"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("公开确认")
        verbose_name_plural = _("公开确认")
        ordering = ["-filed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.record} {self.way}"
