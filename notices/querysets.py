"""Reads of the notice register, named by what they are for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from notices.statutory.facts import NoticeKind

if TYPE_CHECKING:
    from notices.models import NoticeRecord  # noqa: F401


def division_query(prefixes: list[str], lookup: str) -> Q:
    """Return a condition that ``lookup`` begins with one of the prefixes; no prefix matches nothing."""
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(**{f"{lookup}__startswith": prefix})
    return condition


class NoticeRecordQuerySet(models.QuerySet["NoticeRecord"]):
    """Filters over the register."""

    def public(self) -> NoticeRecordQuerySet:
        """Return notices that anybody may read: published, withdrawn and superseded ones, historical records."""
        return self.exclude(stage__in=["draft", "approved"])

    def announced(self) -> NoticeRecordQuerySet:
        """Return notices whose address is reserved: approved, not yet open."""
        return self.filter(stage="approved")

    def open_on(self, today: date) -> NoticeRecordQuerySet:
        """Return published notices whose comment window holds the day."""
        return self.filter(stage="published", historical=False, first_day__lte=today, last_day__gte=today)

    def closed_on(self, today: date) -> NoticeRecordQuerySet:
        """Return published notices whose window is over, historical records included."""
        return self.public().exclude(pk__in=self.open_on(today).values("pk"))

    def due_on(self, today: date) -> NoticeRecordQuerySet:
        """Return approved notices whose planned publication date has come."""
        return self.filter(stage="approved", planned_on__lte=today)

    def in_divisions(self, prefixes: list[str]) -> NoticeRecordQuerySet:
        """Return notices of projects that touch a division with one of the code prefixes."""
        return self.filter(division_query(prefixes, "page__project__divisions__code")).distinct()

    def below(self, path: str) -> NoticeRecordQuerySet:
        """Return the records of a page and of all pages below it, by tree path."""
        return self.filter(page__path__startswith=path)

    def for_lists(self) -> NoticeRecordQuerySet:
        """Load what a list row shows in a fixed number of queries."""
        later_round = self.model.objects.filter(
            page__project=models.OuterRef("page__project"),
            page__kind=NoticeKind.DRAFT_REPORT,
            published_at__isnull=False,
            historical=False,
        )
        return (
            self.select_related("page", "page__project")
            .prefetch_related("page__project__divisions")
            .annotate(draft_report_opened=models.Exists(later_round))
        )
