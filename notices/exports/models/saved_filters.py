"""Selections of records that somebody keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """What one person limits exports to again and again; ``limits`` are the fields of a ``Selection``.

    It grants nothing: whoever uses it still sees only what is theirs.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=60)
    limits = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("常用条件")
        verbose_name_plural = _("常用条件")
        ordering = ["name"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name
