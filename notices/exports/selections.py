"""What an export takes: records by notice, county, period and the register's filters, of what the person may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.exports.models import Profile
from notices.models import NoticeRecord
from notices.opinions.models import Channel, Opinion, OpinionTimeliness, Topic
from notices.opinions.permissions import visible_opinions
from notices.opinions.worklist import DESTROYED, UNMARKED, limit_state, limit_topic
from notices.permissions import is_officer, is_operator, visible_records
from notices.statutory import divisions

# The days that a period may name; beyond them are typing errors, at the ends of the calendar days without a next one.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
STATES = (
    ("unanswered", gettext_lazy("尚未答复")),
    ("answered", gettext_lazy("已答复")),
    ("due", gettext_lazy("待反馈（未采纳，必须）")),
    ("told", gettext_lazy("反馈完毕")),
    (DESTROYED, gettext_lazy("内容已依法销毁")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The limits of an export; an empty one limits nothing. ``notices`` are keys of pages, days are inclusive."""

    notices: tuple[int, ...] = ()
    county: str = ""
    received_from: date | None = None
    received_to: date | None = None
    state: str = ""
    topic: str = ""
    channel: str = ""
    timeliness: str = ""
    on_behalf: str = ""
    supplement: str = ""
    village: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the limits in force as plain JSON."""
        values = {name: value for name, value in asdict(self).items() if value}
        for name in ("received_from", "received_to"):
            if name in values:
                values[name] = values[name].isoformat()
        if self.notices:
            values["notices"] = list(self.notices)
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Selection:
        """Return the selection of what ``as_json`` gave; days beyond the bounds become the bounds."""
        known = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        for name in ("received_from", "received_to"):
            if known.get(name):
                known[name] = min(max(date.fromisoformat(known[name]), FIRST_DAY), LAST_DAY)
        known["notices"] = tuple(known.get("notices", ()))
        return cls(**known)

    def within(self, notices: list[int]) -> Selection:
        """Return the same limits within certain notices only."""
        return replace(self, notices=tuple(notices))

    @property
    def is_whole_notice(self) -> bool:
        """Return whether it is all records of one notice."""
        return len(self.notices) == 1 and self == Selection(notices=self.notices)


def own_profile(user: Any) -> Profile:
    """Return in which profile a person exports what they may see.

    Raises PermissionDenied for who sees no notice at all.
    """
    if is_operator(user):
        return Profile.BUREAU
    if not visible_records(NoticeRecord.objects.all(), user).exists():
        raise PermissionDenied
    return Profile.BUREAU if is_officer(user) else Profile.PROPONENT


def may_export(user: Any, *, notices: list[int], profile: str) -> bool:
    """Whether the person may export the records of all these notices in a profile: the own one, or the public one."""
    try:
        own = own_profile(user)
    except PermissionDenied:
        return False
    seen = visible_records(NoticeRecord.objects.filter(page__in=notices), user).count()
    return seen == len(set(notices)) and profile in (own, Profile.PUBLIC)


def chosen_opinions(selection: Selection, *, user: Any) -> QuerySet[Opinion]:
    """Return the opinions of a selection among those whose page one the person may read."""
    return limited(visible_opinions(user), selection)


def limited(opinions: QuerySet[Opinion], selection: Selection) -> QuerySet[Opinion]:
    """Apply the limits of a selection."""
    if selection.notices:
        opinions = opinions.filter(notice__in=selection.notices)
    if selection.county:
        records = NoticeRecord.objects.in_divisions([selection.county])
        opinions = opinions.filter(notice__in=records.values("page"))
    if selection.received_from:
        opinions = opinions.filter(received_at__gte=_midnight(selection.received_from))
    if selection.received_to:
        opinions = opinions.filter(received_at__lt=_midnight(selection.received_to + timedelta(days=1)))
    for name in ("channel", "timeliness"):
        if value := getattr(selection, name):
            opinions = opinions.filter(**{name: value})
    if selection.on_behalf:
        opinions = opinions.filter(transcriber__isnull=selection.on_behalf == "no")
    if selection.supplement:
        opinions = opinions.filter(supplement_to__isnull=selection.supplement == "no")
    if selection.village:
        opinions = opinions.filter(village__icontains=selection.village)
    return limit_topic(limit_state(opinions, selection.state), selection.topic)


def said(selection: Selection) -> str:
    """Return the limits in words, empty for all records of one notice."""
    if selection.is_whole_notice:
        return ""
    parts = [
        f"{label}：{word(value)}"
        for name, (label, word) in _words().items()
        if (value := getattr(selection, name))
    ]
    return "；".join(parts) or _("全部意见")


def _words() -> dict[str, tuple[str, Callable[[Any], str]]]:
    return {
        "county": (_("县（市、区）"), divisions.label),
        "received_from": (_("收到日期自"), str),
        "received_to": (_("收到日期至"), str),
        "state": (_("处理"), lambda value: str(dict(STATES)[value])),
        "topic": (_("主题"), lambda value: _("未标主题") if value == UNMARKED else str(Topic(value).label)),
        "channel": (_("方式"), lambda value: str(Channel(value).label)),
        "timeliness": (_("是否逾期"), lambda value: str(OpinionTimeliness(value).label)),
        "on_behalf": (_("代录"), lambda value: _("代录的") if value == "yes" else _("公众自己提交的")),
        "supplement": (_("补充"), lambda value: _("补充意见") if value == "yes" else _("首次意见")),
        "village": (_("村（社区）"), str),
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
