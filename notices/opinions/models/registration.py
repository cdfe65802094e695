"""Who registered for a meeting (Art. 15): sealed like page two, chosen by staff, erased when the meeting is long over."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.models import Meeting
from notices.opinions.models.opinion import Channel
from notices.opinions.models.written_once import WrittenOnce


class Capacity(models.TextChoices):
    """As what somebody takes part."""

    REPRESENTATIVE = "representative", _("公众代表")
    OBSERVER = "observer", _("列席公众")
    EXPERT = "expert", _("专家")


class MeetingRegistration(WrittenOnce):
    """One registration. ``sealed`` holds name, contact, occupation, education and how the person is affected, encrypted
    under the data key ``key_id``; village and capacity stay countable.
    """

    changeable: ClassVar[frozenset[str]] = frozenset({"selected_at", "sealed", "erased_at"})

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="registrations")
    sequence = models.PositiveIntegerField(_("序号"))
    number = models.CharField(_("报名编号"), max_length=24, unique=True)
    capacity = models.CharField(
        _("身份"), max_length=14, choices=Capacity.choices, default=Capacity.REPRESENTATIVE
    )
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    village = models.CharField(_("村（社区）"), max_length=60, blank=True)
    sealed = models.BinaryField(null=True, editable=False)
    key_id = models.UUIDField(null=True, editable=False)
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    lookup_digest = models.CharField(max_length=64, editable=False)
    registered_at = models.DateTimeField(_("报名时间"))
    selected_at = models.DateTimeField(_("选定时间"), null=True)
    erased_at = models.DateTimeField(_("删除时间"), null=True)

    class Meta:
        verbose_name = _("会议报名")
        verbose_name_plural = _("会议报名")
        ordering = ["meeting", "sequence"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "sequence"], name="registration_sequence_once")
        ]

    def __str__(self) -> str:
        return self.number


class RegistrationAccess(WrittenOnce):
    """One reading of the names of a meeting's registrations, with the reason."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="registration_accesses")
    count = models.PositiveIntegerField(_("人数"))
    reason = models.TextField(_("原因"))
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("报名信息查阅记录")
        verbose_name_plural = _("报名信息查阅记录")
        ordering = ["-read_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.read_at):%Y-%m-%d} {self.meeting}"
