"""Destruction of unlawful content: proposed by one person, decided by another."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.opinion import Opinion
from notices.opinions.models.written_once import WrittenOnce


class DestructionGround(models.TextChoices):
    """The legal grounds on which content is destroyed; what only names a person is redacted instead."""

    STATE_SECRET = "state_secret", _("涉及国家秘密（《中华人民共和国保守国家秘密法》）")
    FORBIDDEN = "forbidden", _("法律、行政法规禁止传播的内容（《互联网信息服务管理办法》第十五条）")
    PERSONAL = (
        "personal",
        _("他人个人信息，权利人依法要求删除（《中华人民共和国个人信息保护法》第四十七条）"),
    )
    ORDER = "order", _("人民法院、公安、网信等机关依法要求删除")


class ProposalState(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", _("待确认")
    CONFIRMED = "confirmed", _("已销毁")
    REJECTED = "rejected", _("不予销毁")
    LAPSED = "lapsed", _("逾期未确认，已失效")


class DestructionProposal(WrittenOnce):
    """One proposal to destroy the content of an opinion; its words never quote the content."""

    changeable: ClassVar[frozenset[str]] = frozenset({"state", "decided_by", "decided_at", "decision_reason"})

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="destruction_proposals")
    ground = models.CharField(_("法律依据"), max_length=12, choices=DestructionGround.choices)
    document = models.CharField(_("依据文书或报告情况"), max_length=200)
    reason = models.TextField(_("原因"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decision_reason = models.TextField(_("决定说明"), blank=True)

    class Meta:
        verbose_name = _("销毁申请")
        verbose_name_plural = _("销毁申请")
        ordering = ["proposed_at", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["opinion"], condition=models.Q(state="open"), name="one_open_destruction_proposal"
            ),
            models.CheckConstraint(
                name="destruction_by_two_people",
                condition=~models.Q(state="confirmed")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion} {self.get_state_display()}"
