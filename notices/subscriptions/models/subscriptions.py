"""Who is told of what. The address is personal data: sealed here, in plain nowhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a subscriber of one notice wants to be told of."""

    CHANGES = "changes", _("延期、更正、撤回")
    DEADLINE = "deadline", _("截止前还剩两个工作日")
    ANSWERS = "answers", _("公开意见和答复")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Filters over subscriptions."""

    def confirmed(self) -> SubscriptionQuerySet:
        """Return those whose address was confirmed."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self) -> SubscriptionQuerySet:
        """Return those that nobody has confirmed yet."""
        return self.filter(confirmed_at=None, merged_into=None)

    def same_wish(self, other: Subscription) -> SubscriptionQuerySet:
        """Return the confirmed ones of the same address for the same notice or county."""
        return self.confirmed().filter(
            address_hash=other.address_hash, record_id=other.record_id, county=other.county
        )


class Subscription(models.Model):
    """One address for one notice (``record``, with topics) or one county (``county``, its new notices).

    ``handle`` is the random name in the links of its mails. Every request is a row of its own, so that asking tells nobody
    whether an address is known; where it is confirmed beside an older one, the older takes its topics over and the row stays
    without an address, ``merged_into`` the older one, for the links that were mailed. ``address_hash`` is keyed and serves to
    find the older one.
    """

    handle = models.CharField(max_length=32, unique=True)
    record = models.ForeignKey("notices.NoticeRecord", on_delete=models.CASCADE, null=True, related_name="+")
    county = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    wants_changes = models.BooleanField(default=False)
    wants_deadline = models.BooleanField(default=False)
    wants_answers = models.BooleanField(default=False)
    address_hash = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(null=True)
    key_id = models.UUIDField(null=True)
    requested_at = models.DateTimeField(_("申请时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="merged")

    objects = SubscriptionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("邮件提醒")
        verbose_name_plural = _("邮件提醒")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "record"],
                condition=Q(confirmed_at__isnull=False, record__isnull=False),
                name="subscribed_once_to_notice",
            ),
            models.UniqueConstraint(
                fields=["address_hash", "county"],
                condition=Q(confirmed_at__isnull=False, record__isnull=True),
                name="subscribed_once_to_county",
            ),
            models.CheckConstraint(
                condition=Q(record__isnull=True) ^ Q(county=""), name="subscribed_to_notice_or_county"
            ),
        ]
        indexes = [models.Index(fields=["county"], name="subscription_county")]

    def __str__(self) -> str:
        return f"{self.record_id or self.county}:{self.pk}"

    @property
    def topics(self) -> list[str]:
        """Return the topics wanted, none for a county."""
        return [topic.value for topic in Topic if getattr(self, wish_field(topic))]

    def set_topics(self, topics: Any) -> None:
        """Want these topics and no other."""
        for topic in Topic:
            setattr(self, wish_field(topic), topic.value in topics)

    def is_waiting(self, since: datetime) -> bool:
        """Whether it was asked for after a moment and can still be confirmed."""
        return self.confirmed_at is None and self.merged_into_id is None and self.requested_at > since


def wish_field(topic: str) -> str:
    """Return the field that says whether a topic is wanted."""
    return f"wants_{topic}"
