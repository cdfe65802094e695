"""Atom feeds of published notices, of the whole portal and by county (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from notices.models.records import NoticeRecord, NoticeStage
from notices.public_lists import listed_records, refuse_unknown
from notices.querysets import NoticeRecordQuerySet
from notices.record_language import in_chinese
from notices.selectors import long_date
from notices.statutory import divisions

ENTRIES = 50
MAX_AGE = 300  # seconds


class StableAtom(Atom1Feed):
    """An Atom feed that reads the same until a notice changes: without entries it is dated today, not now."""

    def latest_post_date(self) -> datetime:
        """Return when the feed last changed."""
        if self.items:
            return super().latest_post_date()
        return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class NoticeFeed(Feed):  # type: ignore[type-arg]  # generic in the stubs only
    """The newest notices; an object is a division code, empty for the whole portal.

    Addresses are those of PORTAL_URL, so that an entry keeps its id whatever host a reader came by. Historical records are
    left out: they have no time of publication, and nobody is told of them as news.
    """

    feed_type = StableAtom
    language = "zh-CN"
    author_name = _("环评公众参与公示平台")

    def get_object(self, request: HttpRequest, code: str = "") -> str:
        """Return the division code of the address."""
        if code:
            refuse_unknown(code)
        return code

    def title(self, code: str) -> str:
        """Name the county."""
        if code:
            return _("%(county)s环评公示") % {"county": divisions.label(code)}
        return _("环评公示")

    def subtitle(self, code: str) -> str:
        """Say what comes in this feed."""
        return _("新公开的公示，及其延期、更正和撤回。")

    def link(self, code: str) -> str:
        """Return the page that the feed belongs to."""
        return absolute(reverse("county", args=[code]) if code else "/")

    def feed_url(self, code: str) -> str:
        """Return the address of the feed itself."""
        return absolute(reverse("county_feed", args=[code]) if code else reverse("notice_feed"))

    def items(self, code: str) -> NoticeRecordQuerySet:
        """Return the newest notices with their changes, in a fixed number of queries."""
        records = listed_records().filter(historical=False, published_at__isnull=False)
        if code:
            records = records.in_county(code)
        return records.for_lists().prefetch_related("changes").order_by("-published_at", "-pk")[:ENTRIES]

    def item_title(self, item: NoticeRecord) -> str:
        """Return the project, marked when the notice stands no more."""
        return f"{_mark(item)}{item.page.project_name}"

    def item_description(self, item: NoticeRecord) -> str:
        """Return who, where, until when; nothing that changes by the day alone."""
        page = item.page
        parts = [page.get_kind_display(), page.proponent_name, page.location]
        if item.stage == NoticeStage.WITHDRAWN:
            parts.append(_("已撤回：%(reason)s") % {"reason": item.withdrawal_reason})
        elif item.last_day:
            provisional = _("（暂定，只会延后）") if item.provisional else ""
            end = _("%(date)s 24:00 截止") % {"date": long_date(item.last_day)}
            parts.append(f"{end}{provisional}")
        return escape("；".join(part for part in parts if part))

    def item_link(self, item: NoticeRecord) -> str:
        """Return the short address, which is the entry's id as well."""
        return absolute(reverse("notice", args=[item.code]))

    def item_pubdate(self, item: NoticeRecord) -> datetime | None:
        """Return the time of publication."""
        return item.published_at

    def item_updateddate(self, item: NoticeRecord) -> datetime | None:
        """Return the time of the latest public change."""
        return last_changed(item)


def absolute(path: str) -> str:
    """Return the full address of a path of this portal."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def last_changed(record: NoticeRecord) -> datetime | None:
    """Return when a notice last changed in public; ``changes`` are loaded."""
    times = [change.made_at for change in record.changes.all()]
    return max([record.published_at, *times]) if record.published_at else None


def _mark(record: NoticeRecord) -> str:
    if record.stage == NoticeStage.WITHDRAWN:
        return _("【已撤回】")
    return _("【已被新公示取代】") if record.stage == NoticeStage.SUPERSEDED else ""


def as_view(feed: Any) -> Any:
    """Return a feed or calendar as a view that answers GET only and that readers' programs may keep for a while."""
    return require_safe(cache_control(public=True, max_age=MAX_AGE)(in_chinese(feed)))


notice_feed: Any = as_view(NoticeFeed())
