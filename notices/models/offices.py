"""Bureau offices and the divisions they answer for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficeKind(models.TextChoices):
    """Who decides on EIA files differs by county."""

    BUREAU = "bureau", _("生态环境局")
    APPROVAL = "approval", _("行政审批局")


class Office(models.Model):
    """A bureau or approval authority; its members see the registers of its divisions and nothing else."""

    name = models.CharField(_("名称"), max_length=100, unique=True)
    kind = models.CharField(_("类型"), max_length=10, choices=OfficeKind.choices, default=OfficeKind.BUREAU)
    division_codes = models.JSONField(
        _("行政区划代码"),
        default=list,
        help_text=_("六位代码。市级代码（如 141000）包含所属各县。"),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="offices", verbose_name=_("成员")
    )

    class Meta:
        verbose_name = _("主管部门")
        verbose_name_plural = _("主管部门")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def division_prefixes(self) -> list[str]:
        """Return code prefixes that cover the divisions: 141000 covers every county that begins with 1410."""
        prefixes = []
        for code in self.division_codes:
            if code.endswith("0000"):
                prefixes.append(code[:2])
            elif code.endswith("00"):
                prefixes.append(code[:4])
            else:
                prefixes.append(code)
        return prefixes


class Zone(models.Model):
    """A development zone with a project-code region outside GB/T 2260, with its dates of validity."""

    code = models.CharField(_("代码"), max_length=6)
    name = models.CharField(_("名称"), max_length=100)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("开发区代码")
        verbose_name_plural = _("开发区代码")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code", "name"], name="zone_code_name")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
