"""A project ties together the rounds that its notices publish."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Project(models.Model):
    """One construction project; dates that start legal terms are kept here, not on a notice."""

    name = models.CharField(_("项目名称"), max_length=200)
    code = models.CharField(_("项目代码"), max_length=30, blank=True)
    proponent = models.ForeignKey(
        "notices.ProponentPage",
        on_delete=models.PROTECT,
        related_name="projects",
        verbose_name=_("建设单位"),
    )
    approval_authority = models.ForeignKey(
        "notices.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("审批机关"),
    )
    contracted_on = models.DateField(_("确定编制单位日期"), null=True, blank=True)
    submitted_on = models.DateField(_("报批日期"), null=True, blank=True)
    decided_on = models.DateField(_("审批决定日期"), null=True, blank=True)
    abandoned_on = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProjectDivision(models.Model):
    """A division that a project touches; officers see projects by these rows."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="divisions")
    code = models.CharField(_("行政区划代码"), max_length=6, db_index=True)

    class Meta:
        verbose_name = _("涉及区划")
        verbose_name_plural = _("涉及区划")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="project_division_once")]

    def __str__(self) -> str:
        return self.code
