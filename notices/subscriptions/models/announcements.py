"""What subscribers are told of, once each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.subscriptions.models.subscriptions import Topic


class NewsKind(models.TextChoices):
    """What has happened; a published notice is news for its counties, all else for those who follow the notice."""

    PUBLISHED = "published", _("新公示")
    CHANGED = "changed", _("延期、更正、撤回")
    CLOSING = "closing", _("即将截止")
    ANSWERS = "answers", _("公开意见和答复")


TOPIC_OF = {
    NewsKind.CHANGED: Topic.CHANGES,
    NewsKind.CLOSING: Topic.DEADLINE,
    NewsKind.ANSWERS: Topic.ANSWERS,
}


class Announcement(models.Model):
    """One piece of news of a notice and how far its mails are.

    ``key`` names the occasion, so that nobody is told twice. ``happened_at`` is when it happened: who confirmed later is not
    told. ``entry`` is the ledger entry that it comes from, None for a date that has come. ``last_told`` is the primary key of
    the last subscription whose mail is in the outbox, ``queued_at`` when a worker was last asked to go on from there.
    """

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=NewsKind.choices)
    record = models.ForeignKey("notices.NoticeRecord", on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(_("时间"))
    last_told = models.BigIntegerField(default=0)
    mails = models.PositiveIntegerField(_("邮件数"), default=0)
    queued_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("提醒事项")
        verbose_name_plural = _("提醒事项")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["happened_at"], name="announcement_unfinished", condition=models.Q(done_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.key
