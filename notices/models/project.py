"""A project ties together the rounds that its notices publish."""

from django.conf import settings
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


class ProjectDate(models.TextChoices):
    """The dates that start legal terms, by their fields."""

    SUBMITTED = "submitted_on", _("报批日期")
    DECIDED = "decided_on", _("审批决定日期")
    ABANDONED = "abandoned_on", _("终止日期")


class ProjectDateChange(models.Model):
    """One date recorded, corrected or taken back; ``old`` is None for the first recording, which needs no reason.

    That a project was given up counts for the erasure of personal data only once an operator has confirmed it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="date_changes")
    date = models.CharField(_("日期"), max_length=12, choices=ProjectDate.choices)
    old = models.DateField(_("原日期"), null=True)
    new = models.DateField(_("新日期"), null=True)
    reason = models.TextField(_("原因"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        verbose_name = _("项目日期登记")
        verbose_name_plural = _("项目日期登记")
        ordering = ["made_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_date_display()} {self.new or ''}"
