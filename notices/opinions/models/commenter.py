"""Page two of the official form: who wrote, sealed under a key of its own, and who has read it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.opinion import Opinion
from notices.opinions.models.written_once import WrittenOnce


class CommenterKind(models.TextChoices):
    """The two halves of page two."""

    PERSON = "person", _("公民")
    ORGANISATION = "organisation", _("法人或其他组织")


class ContactKind(models.TextChoices):
    """What kind of contact was left; the contact itself is sealed."""

    MOBILE = "mobile", _("手机")
    LANDLINE = "landline", _("固定电话")
    EMAIL = "email", _("电子邮箱")
    POSTAL = "postal", _("邮寄地址")
    NONE = "none", _("未留联系方式")


class Commenter(WrittenOnce):
    """Identity and consents of one commenter.

    ``sealed`` is a JSON object (name, ID number or USCC, contact, address, helper, salt of the commitment) encrypted
    under the data key ``key_id``; without that key nobody can read it. All consents default to no.
    """

    # The key changes with the sealed bytes when a withdrawn consent takes the ID number out of them.
    changeable: ClassVar[frozenset[str]] = frozenset(
        {
            "sealed",
            "key_id",
            "publish_personal",
            "show_text",
            "id_number_consent",
            "consents_changed_at",
            "restricted_at",
            "erased_at",
        }
    )

    opinion = models.OneToOneField(Opinion, on_delete=models.PROTECT, related_name="commenter")
    kind = models.CharField(
        _("类别"), max_length=12, choices=CommenterKind.choices, default=CommenterKind.PERSON
    )
    contact_kind = models.CharField(
        _("联系方式类别"), max_length=10, choices=ContactKind.choices, default=ContactKind.NONE
    )
    sealed = models.BinaryField(null=True, editable=False)
    key_id = models.UUIDField(null=True, editable=False)
    publish_personal = models.BooleanField(_("同意公开个人信息"), default=False)
    show_text = models.BooleanField(_("同意匿名公开意见内容"), default=False)
    id_number_consent = models.BooleanField(_("同意处理身份证号"), default=False)
    consents_changed_at = models.DateTimeField(_("同意事项变更时间"), null=True, blank=True)
    restricted_at = models.DateTimeField(_("限制使用时间"), null=True, blank=True)
    erased_at = models.DateTimeField(_("删除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("公众信息")
        verbose_name_plural = _("公众信息")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.opinion}: {self.get_kind_display()}"


class AccessBasis(models.TextChoices):
    """On what ground page two was read."""

    FEEDBACK = "feedback", _("反馈意见处理情况")
    MEETING = "meeting", _("通知参加座谈会、听证会")
    REVIEW = "review", _("审批审查核实")
    REQUEST = "request", _("书面要求")
    EXCEPTION = "exception", _("其他例外")


class ContactAccess(WrittenOnce):
    """One batch of page two that somebody read, with the reason."""

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="contact_accesses"
    )
    opinions = models.ManyToManyField(Opinion, related_name="contact_accesses")
    basis = models.CharField(_("依据"), max_length=10, choices=AccessBasis.choices)
    reason = models.TextField(_("原因"))
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("联系方式查阅记录")
        verbose_name_plural = _("联系方式查阅记录")
        ordering = ["-read_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.read_at):%Y-%m-%d} {self.get_basis_display()}"
