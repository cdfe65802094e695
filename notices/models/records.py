"""The register of notices: legal facts about a notice that no revision of its page can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.querysets import NoticeRecordQuerySet
from notices.statutory.rules import Finding

if TYPE_CHECKING:
    from notices.models.corrections import Correction


class NoticeStage(models.TextChoices):
    """Where a notice stands; open or closed follows from the dates, not from a stored state."""

    DRAFT = "draft", _("草稿")
    APPROVED = "approved", _("已核对，待公开")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤回")
    SUPERSEDED = "superseded", _("已被取代")


class NoticeRecord(models.Model):
    """One row a notice: its code, approval, publication, window and the versions it was published under.

    A page row is overwritten whenever a revision is published or restored; what the law looks at stands here instead.
    ``published_on``, ``first_day`` and ``last_day`` are local dates in Asia/Shanghai; the window ends at 24:00 of
    ``last_day``. ``counted_from`` is the day after which the full term counts where that is not the first day: that of the last
    channel. ``planned_last_day`` is the end that was approved; it moves later with the calendar until publication.
    """

    page = models.OneToOneField("notices.NoticePage", on_delete=models.CASCADE, related_name="record")
    code = models.CharField(_("公示码"), max_length=6, unique=True)
    stage = models.CharField(_("状态"), max_length=12, choices=NoticeStage.choices, default=NoticeStage.DRAFT)
    historical = models.BooleanField(_("历史记录"), default=False)
    demo = models.BooleanField(_("演示"), default=False)

    approved_at = models.DateTimeField(_("核对时间"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    planned_on = models.DateField(_("计划公开日期"), null=True)
    planned_last_day = models.DateField(_("计划截止日"), null=True)
    refusal = models.JSONField(_("未能公开的原因"), default=list)

    published_at = models.DateTimeField(_("公开时间"), null=True)
    published_on = models.DateField(_("公开日期"), null=True, db_index=True)
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=0)
    first_day = models.DateField(_("征求意见起始日"), null=True)
    last_day = models.DateField(_("征求意见截止日"), null=True, db_index=True)
    counted_from = models.DateField(_("期限起算依据日"), null=True)
    working_days = models.PositiveSmallIntegerField(_("工作日数"), null=True)
    provisional = models.BooleanField(_("暂定"), default=False)
    calendar_version = models.CharField(_("日历版本"), max_length=100, blank=True)
    rule_set = models.CharField(_("规则版本"), max_length=60, blank=True)
    term_set = models.CharField(_("术语版本"), max_length=60, blank=True)
    accepts_late = models.BooleanField(_("逾期意见照收"), default=False)
    closed_at = models.DateTimeField(_("截止登记时间"), null=True)

    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawal_reason = models.TextField(_("撤回原因"), blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")

    inferred_published_on = models.DateField(_("推定公开日期"), null=True)
    inference_basis = models.TextField(_("推定依据"), blank=True)
    source_text = models.TextField(_("原文"), blank=True)
    source_doubts = models.JSONField(_("原文疑问"), default=list)
    unseen_fields = models.JSONField(_("未见项"), default=list)
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("沿用的上一轮公示")
    )

    objects = NoticeRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示登记")
        verbose_name_plural = _("公示登记")
        ordering = [models.F("published_on").desc(nulls_last=True), "-id"]

    def __str__(self) -> str:
        return self.code

    @property
    def unseen(self) -> frozenset[str]:
        """Return the facts that the extract of a historical record does not show.

        A draft made from an incomplete text gets no such excuse: what is missing there must be filled in.
        """
        return frozenset(self.unseen_fields) if self.historical else frozenset()

    @property
    def is_public(self) -> bool:
        """Whether the notice has been published, whatever became of it later."""
        return self.published_at is not None or (self.historical and self.stage != NoticeStage.DRAFT)

    @property
    def open_correction(self) -> Correction | None:
        """Return the correction in progress, None when there is none."""
        return self.corrections.filter(state="open").first()

    @property
    def correction_being_edited(self) -> Correction | None:
        """Return the correction for which the wording of this notice itself may be edited, None when there is none.

        A change of substance is prepared on a notice of its own.
        """
        if self.stage != NoticeStage.PUBLISHED:
            return None
        return self.corrections.filter(state="open").exclude(correction_class="substance").first()


class ChangeClass(models.TextChoices):
    """What kind of public change it was."""

    SLIP = "slip", _("文字更正")
    STATUTORY = "statutory", _("法定事项变更")
    WINDOW = "window", _("期限延长")
    SUBSTANCE = "substance", _("内容重大变化，另行公示")
    CONFIRMED = "confirmed", _("期限核定")
    WITHDRAWAL = "withdrawal", _("撤回")


class NoticeChange(models.Model):
    """One public change of a notice, with its reason.

    The ``old_`` values are those before the change, so that an earlier state can be shown again; a change before publication
    (the calendar moved an approved plan) has version 0. ``by_calendar`` marks what a new schedule did, not a person.
    """

    record = models.ForeignKey(NoticeRecord, on_delete=models.PROTECT, related_name="changes")
    change_class = models.CharField(_("类别"), max_length=12, choices=ChangeClass.choices)
    reason = models.TextField(_("原因"))
    version = models.PositiveIntegerField(_("版本"))
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    changed_fields = models.JSONField(_("改动的内容"), default=list)
    old_last_day = models.DateField(_("原截止日"), null=True)
    new_last_day = models.DateField(_("新截止日"), null=True)
    old_provisional = models.BooleanField(_("原为暂定"), null=True)
    old_calendar_version = models.CharField(_("原日历版本"), max_length=100, blank=True)
    by_calendar = models.BooleanField(_("因放假安排"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("变更记录")
        verbose_name_plural = _("变更记录")
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.record} v{self.version}"


class ExtensionDismissal(models.Model):
    """A proposed extension that an operator turned down with a reason; later evidence of the channel proposes anew."""

    record = models.ForeignKey(NoticeRecord, on_delete=models.PROTECT, related_name="extension_dismissals")
    channel = models.CharField(
        _("渠道"), max_length=10, choices=[("posting", _("现场张贴")), ("newspaper", _("报纸公开"))]
    )
    evidence_day = models.DateField(_("张贴或刊登日期"))
    reason = models.TextField(_("原因"))
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("不予延长的决定")
        verbose_name_plural = _("不予延长的决定")
        ordering = ["dismissed_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.record} {self.get_channel_display()}"


class RuleWaiverQuerySet(models.QuerySet["RuleWaiver"]):
    """Filters over waivers."""

    def in_force(self) -> RuleWaiverQuerySet:
        """Return the waivers that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class RuleWaiver(models.Model):
    """What a rule found and an operator set aside for one notice, with a written reason.

    It covers the findings that the operator saw, by their ``messages``: what the rule finds later is not waived. A
    withdrawn waiver stays, with its reason.
    """

    record = models.ForeignKey(NoticeRecord, on_delete=models.PROTECT, related_name="waivers")
    rule_id = models.CharField(_("规则"), max_length=10)
    messages = models.JSONField(_("豁免的问题"), default=list)
    reason = models.TextField(_("理由"))
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    waived_at = models.DateTimeField(_("时间"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True)
    withdrawal_reason = models.TextField(_("撤销理由"), blank=True)

    objects = RuleWaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("规则豁免")
        verbose_name_plural = _("规则豁免")
        ordering = ["waived_at", "id"]

    def __str__(self) -> str:
        return f"{self.record} {self.rule_id}"

    def covers(self, finding: Finding) -> bool:
        """Whether the waiver sets this finding aside."""
        return finding.rule_id == self.rule_id and finding.message in self.messages
