"""The public lists of notices: all of them, those of a county, the counties themselves; filtered by GET parameters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.models.places import NoticePlace
from notices.models.records import NoticeRecord
from notices.querysets import NoticeRecordQuerySet, division_query
from notices.selectors import notice_rows
from notices.statutory import divisions

if TYPE_CHECKING:
    from notices.models.pages import NoticeIndexPage

PER_PAGE = 20
CODE_LENGTH = 6
STATES = (("open", _("征求意见中")), ("closing", _("三天内截止")), ("closed", _("已截止")))


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a reader chose; what no list knows is as if it was not chosen, an unknown county or village finds nothing."""

    county: str = ""
    village: str = ""
    state: str = ""

    @classmethod
    def from_query(cls, query: QueryDict, *, county: str = "") -> ListFilter:
        """Read the GET parameters; a village is one of a county and means nothing without it."""
        state = query.get("state", "")
        county = county or query.get("county", "").strip()
        return cls(
            county=county,
            village=query.get("village", "").strip() if county else "",
            state=state if state in dict(STATES) else "",
        )

    def records(self, today: date) -> NoticeRecordQuerySet:
        """Return the notices chosen, in the order in which they matter to a reader."""
        records = listed_records()
        if self.county:
            records = records.in_county(self.county) if is_division_code(self.county) else records.none()
        if self.village:
            records = records.near_village(self.village)
        if self.state == "open":
            return records.open_on(today).soonest_first()
        if self.state == "closing":
            return records.closing_on(today).soonest_first()
        if self.state == "closed":
            return records.closed_on(today).newest_first()
        return records.open_first(today)

    def query(self, *, with_county: bool = True) -> str:
        """Return the choice as the beginning of a query string, for the links to other pages of the list."""
        chosen = {"county": self.county if with_county else "", "village": self.village, "state": self.state}
        kept = urlencode({name: value for name, value in chosen.items() if value})
        return f"{kept}&" if kept else ""


@dataclass(frozen=True, slots=True)
class CountyLink:
    """A county that has public notices, with how many of them take opinions now."""

    code: str
    name: str
    open: int


def listed_records() -> NoticeRecordQuerySet:
    """Return the notices that public lists show."""
    return NoticeRecord.objects.public().filter(page__live=True)


def is_division_code(code: str) -> bool:
    """Whether a text has the form of a division code."""
    return len(code) == CODE_LENGTH and code.isascii() and code.isdigit()


def refuse_unknown(code: str) -> None:
    """Raise Http404 for what is no division; a zone that no table knows is one as soon as a public notice lies in it."""
    if not is_division_code(code):
        raise Http404
    if not divisions.is_known(code) and not listed_records().in_county(code).exists():
        raise Http404


def county_choices() -> list[tuple[str, str]]:
    """Return (code, name) of the counties that have public notices, for filters."""
    codes = listed_records().values_list("page__project__divisions__code", flat=True).distinct().order_by()
    return sorted((code, divisions.label(code)) for code in codes if code)


def county_links(today: date) -> list[CountyLink]:
    """Return the counties that have public notices in order of code, short names where they are not shared."""
    choices = county_choices()
    shared = Counter(divisions.short_name(code) for code, _label in choices)
    open_codes = listed_records().open_on(today).values_list("page__project__divisions__code", flat=True)
    counts = Counter(open_codes.order_by())
    return [
        CountyLink(code, short if shared[short] == 1 else label, counts[code])
        for code, label, short in ((code, label, divisions.short_name(code)) for code, label in choices)
    ]


def village_choices(county: str) -> list[str]:
    """Return the villages of a county that public notices name."""
    if not is_division_code(county):
        return []
    own = division_query([divisions.prefix(county)], "division_code")
    records = listed_records().in_county(county).order_by()
    places = NoticePlace.objects.filter(own, page__in=records.values("page"))
    return list(places.values_list("village", flat=True).distinct().order_by("village"))


def serve_index(page: NoticeIndexPage, request: HttpRequest) -> HttpResponse:
    """Show the public list, filtered by county, village and state."""
    chosen = ListFilter.from_query(request.GET)
    villages = village_choices(chosen.county)
    if chosen.village not in villages:  # left over from the county chosen before
        chosen = replace(chosen, village="")
    context = _listing(request, chosen, villages, now=timezone.now())
    context.update(page=page, counties=county_choices(), query=chosen.query())
    return TemplateResponse(request, page.template, context)


@require_safe
def county_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the notices of one county, prefecture or province; one without notices says so, an unknown code is not found."""
    chosen = ListFilter.from_query(request.GET, county=code)
    refuse_unknown(code)
    context = _listing(request, chosen, village_choices(code), now=timezone.now())
    context.update(
        name=divisions.short_name(code), label=divisions.label(code), query=chosen.query(with_county=False)
    )
    return TemplateResponse(request, "notices/county.html", context)


@require_safe
def county_index(request: HttpRequest) -> HttpResponse:
    """List the counties that have public notices, by prefecture."""
    links = county_links(timezone.localdate())
    groups = [
        (divisions.label(f"{prefecture}00"), list(counties))
        for prefecture, counties in groupby(links, key=lambda link: link.code[:4])
    ]
    return TemplateResponse(request, "notices/county_index.html", {"groups": groups})


def _listing(
    request: HttpRequest, chosen: ListFilter, villages: list[str], *, now: datetime
) -> dict[str, Any]:
    records = chosen.records(timezone.localdate(now)).for_lists()
    listing = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "chosen": chosen,
        "rows": notice_rows(listing.object_list, now=now),
        "listing": listing,
        "states": STATES,
        "villages": villages,
        "narrowed": bool(chosen.village or chosen.state),
    }
