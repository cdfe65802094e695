"""What the page is limited to: a notice, a county, a period, by GET; and what of it the person sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.exports.selections import FIRST_DAY, LAST_DAY
from notices.models import NoticeRecord
from notices.opinions.models import Opinion
from notices.permissions import editable_page_paths, is_officer, is_operator, visible_records
from notices.querysets import NoticeRecordQuerySet
from notices.statutory import divisions

DAYS_SHOWN = timedelta(days=29)
LONGEST = timedelta(days=365)


def may_look(user: Any) -> bool:
    """Whether there is a part of the registers that the person sees."""
    return bool(user.is_active and (is_operator(user) or is_officer(user) or editable_page_paths(user)))


def _day_field(label: Any) -> forms.DateField:
    said = gettext_lazy("请填写 2000 年至 2100 年之间的日期。")
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_DAY, said), MaxValueValidator(LAST_DAY, said)],
    )


class ChoiceForm(forms.Form):
    """The limits; the fields are named as those of the register of opinions, to which the figures lead."""

    notice = forms.ChoiceField(label=gettext_lazy("公示"), required=False)
    county = forms.ChoiceField(label=gettext_lazy("县（市、区）"), required=False)
    received_at_from = _day_field(gettext_lazy("收到日期自"))
    received_at_to = _day_field(gettext_lazy("收到日期至"))

    def __init__(self, *args: Any, records: NoticeRecordQuerySet, **kwargs: Any) -> None:
        """Offer only notices and counties that the person sees."""
        super().__init__(*args, **kwargs)
        notices = records.order_by("-pk").values_list("page_id", "code", "page__project_name")
        codes = records.order_by().values_list("page__project__divisions__code", flat=True).distinct()
        offered = {
            "notice": [(str(pk), f"{code} {name}") for pk, code, name in notices],
            "county": sorted((code, divisions.label(code)) for code in set(codes) if code),
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or is longer than the chart can show."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("received_at_from"), cleaned.get("received_at_to")
        if first and last and last < first:
            raise ValidationError({"received_at_to": _("截止日期早于起始日期，请改正。")})
        if first and last and last - first > LONGEST:
            raise ValidationError({"received_at_to": _("一次最多看一年，请缩短时段。")})
        return cleaned


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: the notices, their opinions, those of the period, and the limits by the names of the registers."""

    user: Any
    now: datetime
    records: NoticeRecordQuerySet
    first: date
    last: date
    notice: str = ""
    county: str = ""

    @property
    def today(self) -> date:
        """Return the day in Asia/Shanghai."""
        return timezone.localdate(self.now)

    @property
    def opinions(self) -> QuerySet[Opinion]:
        """Return all opinions on the notices."""
        return Opinion.objects.filter(notice__in=self.records.values("page"))

    @property
    def opinions_of_period(self) -> QuerySet[Opinion]:
        """Return those received in the period, its days included."""
        start = timezone.make_aware(datetime.combine(self.first, datetime.min.time()))
        end = timezone.make_aware(datetime.combine(self.last + timedelta(days=1), datetime.min.time()))
        return self.opinions.filter(received_at__gte=start, received_at__lt=end)

    def query(self, **more: str) -> str:
        """Return a query for the register of opinions: notice, county, and ``more``."""
        limits = {"notice": self.notice, "county": self.county, **more}
        return urlencode({name: value for name, value in limits.items() if value})

    def period_query(self, **more: str) -> str:
        """Return the same with the period."""
        days = {"received_at_from": self.first.isoformat(), "received_at_to": self.last.isoformat()}
        return self.query(**{**days, **more})


def scope_of(user: Any, values: Any, *, now: datetime) -> tuple[Scope, ChoiceForm]:
    """Return what a person looks at with the values of a GET, and the form; of a form with errors only what is valid counts."""
    seen = visible_records(NoticeRecord.objects.all(), user)
    form = ChoiceForm(values, records=seen)
    form.is_valid()
    chosen = form.cleaned_data
    records, notice, county = seen, chosen.get("notice") or "", chosen.get("county") or ""
    if notice:
        records = records.filter(page=int(notice))
    if county:
        records = records.in_divisions([county])
    first, last = _period(chosen, records if notice else None, timezone.localdate(now))
    return Scope(user, now, records, first, last, notice, county), form


def _period(chosen: dict[str, Any], records: NoticeRecordQuerySet | None, today: date) -> tuple[date, date]:
    """Return the days asked for; by default the last thirty, or of one notice the year that begins with its publication."""
    first, last = chosen.get("received_at_from"), chosen.get("received_at_to")
    published = records.values_list("published_on", flat=True).first() if records is not None else None
    if first is None and last is None and published:
        return published, max(published, min(today, published + LONGEST))
    if first is None:
        last = last or today
        return last - DAYS_SHOWN, last
    last = last or min(max(today, first), first + LONGEST)
    return first, last
