"""Reads of the notice register, named by what they are for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from notices.statutory import divisions
from notices.statutory.facts import NoticeKind

if TYPE_CHECKING:
    from notices.models import NoticeRecord  # noqa: F401


CLOSING_SOON = timedelta(days=3)
CLOSING_WEEK = timedelta(days=7)


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
        """Return published notices that take opinions on the day.

        A first-round notice has no last day: it is open until its project's draft-report notice opens (Art. 9).
        """
        in_window = Q(last_day__gte=today)
        first_round = Q(page__kind=NoticeKind.FIRST_ROUND) & ~Q(models.Exists(self._draft_report_notices()))
        return self.filter(in_window | first_round, stage="published", historical=False, first_day__lte=today)

    def closing_on(self, today: date) -> NoticeRecordQuerySet:
        """Return open notices whose last day is today or one of the next three days."""
        return self.open_on(today).filter(last_day__lte=today + CLOSING_SOON)

    def closed_on(self, today: date) -> NoticeRecordQuerySet:
        """Return public notices that took opinions once and take none any more, historical records included."""
        return (
            self.public()
            .exclude(page__kind=NoticeKind.PRE_APPROVAL)
            .exclude(pk__in=self.model.objects.open_on(today).values("pk"))
        )

    def in_state(self, state: str, today: date) -> NoticeRecordQuerySet:
        """Return the notices in a state of the register, as a reader understands it.

        draft, approved, open, closed, standing (public, takes no opinions and never closed by a day), superseded, withdrawn and
        historical hold each notice once; closing are those of open that close within seven days.
        """
        if state == "open":
            return self.open_on(today)
        if state == "closing":
            return self.open_on(today).filter(last_day__lte=today + CLOSING_WEEK)
        published = self.filter(stage="published", historical=False)
        if state == "closed":
            return published.filter(last_day__lt=today)
        if state == "standing":
            is_open = self.model.objects.open_on(today).values("pk")
            return published.exclude(last_day__isnull=False, last_day__lt=today).exclude(pk__in=is_open)
        if state == "historical":
            return self.filter(historical=True)
        return self.filter(stage=state, historical=False)

    def newest_first(self) -> NoticeRecordQuerySet:
        """Order by publication; what has no date comes last on every database."""
        return self.order_by(models.F("published_on").desc(nulls_last=True), "-pk")

    def soonest_first(self) -> NoticeRecordQuerySet:
        """Order by the last day; what has none comes last."""
        return self.order_by(models.F("last_day").asc(nulls_last=True), "-pk")

    def open_first(self, today: date) -> NoticeRecordQuerySet:
        """Order what takes opinions before the rest: the soonest to close first, then the newest."""
        is_open = models.When(pk__in=self.model.objects.open_on(today).values("pk"), then=models.Value(0))
        closes = models.Case(models.When(open_rank=0, then=models.F("last_day")), default=None)
        return self.annotate(open_rank=models.Case(is_open, default=models.Value(1))).order_by(
            "open_rank",
            closes.asc(nulls_last=True),
            models.F("published_on").desc(nulls_last=True),
            "-pk",
        )

    def _draft_report_notices(self) -> NoticeRecordQuerySet:
        return self.model.objects.filter(
            page__project=models.OuterRef("page__project"),
            page__kind=NoticeKind.DRAFT_REPORT,
            published_at__isnull=False,
            historical=False,
        )

    def due_on(self, today: date) -> NoticeRecordQuerySet:
        """Return approved notices whose planned publication date has come."""
        return self.filter(stage="approved", planned_on__lte=today)

    def with_running_windows(self, today: date) -> NoticeRecordQuerySet:
        """Return draft-report notices whose end a calendar can still move: open windows and approved plans."""
        running = Q(stage="published", last_day__gte=today) | Q(
            stage="approved", planned_last_day__isnull=False
        )
        return self.filter(running, page__kind=NoticeKind.DRAFT_REPORT, historical=False)

    def ending_after(self, day: date) -> NoticeRecordQuerySet:
        """Return windows and approved plans that end after a day."""
        return self.filter(Q(last_day__gt=day) | Q(stage="approved", planned_last_day__gt=day))

    def in_divisions(self, prefixes: list[str]) -> NoticeRecordQuerySet:
        """Return notices of projects that touch a division with one of the code prefixes."""
        return self.filter(division_query(prefixes, "page__project__divisions__code")).distinct()

    def in_county(self, code: str) -> NoticeRecordQuerySet:
        """Return notices that touch a county, or any county of a prefecture (141000) or province (140000)."""
        touching = self.model.objects.in_divisions([divisions.prefix(code)])
        return self.filter(pk__in=touching.values("pk"))

    def near_village(self, village: str) -> NoticeRecordQuerySet:
        """Return notices that name a village among the places around the project."""
        near = self.model.objects.filter(page__places__village=village)
        return self.filter(pk__in=near.values("pk"))

    def below(self, path: str) -> NoticeRecordQuerySet:
        """Return the records of a page and of all pages below it, by tree path."""
        return self.filter(page__path__startswith=path)

    def for_lists(self) -> NoticeRecordQuerySet:
        """Load what a list row shows in a fixed number of queries."""
        return (
            self.select_related("page", "page__project")
            .prefetch_related("page__project__divisions")
            .annotate(draft_report_opened=models.Exists(self._draft_report_notices()))
        )
