"""Mails on their way out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", _("待发")
    SENT = "sent", _("已发出")
    FAILED = "failed", _("未发出")


class OutboxMail(models.Model):
    """One mail to one address.

    Address and body are sealed, a person's under the key with which they are erased, and deleted once the mail is out; ``subject`` stands in the operators' list and holds no
    personal data. ``key`` names the occasion, so that a mail goes out once however often it is asked for.
    """

    key = models.CharField(_("事由编号"), max_length=200, unique=True)
    category = models.CharField(_("类别"), max_length=40)
    subject = models.CharField(_("主题"), max_length=200)
    sealed = models.BinaryField(null=True)
    state = models.CharField(_("状态"), max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次发送"))
    last_error = models.CharField(_("最近的错误"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("登记时间"))
    sent_at = models.DateTimeField(_("发出时间"), null=True)

    class Meta:
        verbose_name = _("待发邮件")
        verbose_name_plural = _("待发邮件")
        ordering = ["-created_at", "-id"]
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="outbox_due")]

    def __str__(self) -> str:
        return self.subject
