"""Answers to opinions (Art. 18) and how they reached the people who asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.opinion import Opinion
from notices.opinions.models.written_once import WrittenOnce


class Outcome(models.TextChoices):
    """What became of an opinion."""

    ADOPTED = "adopted", _("采纳")
    PARTLY_ADOPTED = "partly_adopted", _("部分采纳")
    NOT_ADOPTED = "not_adopted", _("未采纳")
    OUT_OF_SCOPE = "out_of_scope", _("非环评事项")
    NO_SPECIFIC_OPINION = "no_specific_opinion", _("无具体意见")


class Answer(WrittenOnce):
    """One answer, serving one or many listed opinions; a better answer is a new row that replaces the old one."""

    notice = models.ForeignKey("notices.NoticePage", on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(_("处理结果"), max_length=20, choices=Outcome.choices)
    reason = models.TextField(_("说明"), blank=True)
    report_reference = models.CharField(_("报告书中的位置"), max_length=200, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    salt = models.BinaryField(null=True, editable=False)
    commitment = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("答复时间"))

    class Meta:
        verbose_name = _("答复")
        verbose_name_plural = _("答复")
        ordering = ["made_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_outcome_display()


class FeedbackWay(models.TextChoices):
    """How an answer was brought to the commenter."""

    PHONE = "phone", _("电话")
    SMS = "sms", _("短信")
    EMAIL = "email", _("电子邮件")
    LETTER = "letter", _("信函")
    VISIT = "visit", _("当面")
    BOARD = "board", _("村务公开栏")


class FeedbackResult(models.TextChoices):
    """What an attempt came to; two attempts without contact on different days end as unreachable."""

    REACHED = "reached", _("已反馈")
    REFUSED = "refused", _("拒绝接收")
    NO_RESPONSE = "no_response", _("未联系上")


# Not translated: it is stored in place of the note, so that every page shows it.
ERASED_NOTE = "（已删除）"


class FeedbackAttempt(WrittenOnce):
    """One attempt to tell a commenter the answer (Art. 18). ``answer`` is the one that stood then: a later one is told anew."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="feedback_attempts")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, null=True, related_name="+")
    tried_on = models.DateField(_("日期"))
    way = models.CharField(_("方式"), max_length=10, choices=FeedbackWay.choices)
    result = models.CharField(_("结果"), max_length=12, choices=FeedbackResult.choices)
    note = models.TextField(_("备注"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("反馈记录")
        verbose_name_plural = _("反馈记录")
        ordering = ["tried_on", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.opinion} {self.get_result_display()}"

    def erase_note(self) -> None:
        """Overwrite the note, which may say whom staff spoke to; only ``notices.opinions.feedback_notes`` calls this."""
        self._overwrite(note=ERASED_NOTE)
