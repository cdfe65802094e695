"""What search engines are offered: an index of maps, each of a few thousand pages at most, and when each page changed.

https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.models import Page, Site

from notices.models import NoticePage, NoticeRecord

# A map is read in one query and made within a request; the protocol allows 50,000.
ROWS = 2000


class _Changed(Sitemap[Any]):
    """Pages with the moment of their last publication; drafts saved since are nobody's business."""

    limit = ROWS
    # The column of the moment.
    published: str

    def get_latest_lastmod(self) -> datetime | None:
        """Return the newest moment, asked of the database instead of every row."""
        newest: datetime | None = self.items().aggregate(newest=Max(self.published))["newest"]
        return newest

    def items(self) -> QuerySet[Any, Any]:
        """Return the rows in an order that stays."""
        raise NotImplementedError


class NoticeSitemap(_Changed):
    """Notices that anybody may read, historical records left out as they are not offered to search engines."""

    published = "page__last_published_at"

    def items(self) -> QuerySet[NoticeRecord, tuple[str, datetime | None]]:
        """Return code and moment of each."""
        records = NoticeRecord.objects.public().filter(historical=False, page__live=True)
        return records.order_by("pk").values_list("code", self.published)

    def location(self, item: tuple[str, datetime | None]) -> str:
        """Return the short address."""
        return reverse("notice", args=[item[0]])

    def lastmod(self, item: tuple[str, datetime | None]) -> datetime | None:
        """Return when it was last published or corrected."""
        return item[1]


class PageSitemap(_Changed):
    """The other public pages."""

    published = "last_published_at"

    def __init__(self, request: HttpRequest) -> None:
        """Keep who asks: addresses of pages are worked out once a request."""
        self.request = request

    def items(self) -> QuerySet[Page, Page]:
        """Return the live pages that are no notices."""
        site = Site.find_for_request(self.request)
        if site is None:
            return Page.objects.none()
        pages = Page.objects.descendant_of(site.root_page, inclusive=True).live().public()
        return pages.not_exact_type(NoticePage).order_by("pk")

    def location(self, item: Page) -> str:
        """Return the address below this host."""
        return item.get_url(self.request) or "/"

    def lastmod(self, item: Page) -> datetime | None:
        """Return when it was last published."""
        return item.last_published_at


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Name the maps."""
    return views.index(request, _maps(request), sitemap_url_name="sitemap_section")


def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """Return one page of a map, 404 where there is none."""
    return views.sitemap(request, _maps(request), section)


def _maps(request: HttpRequest) -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    return {"notices": NoticeSitemap(), "pages": PageSitemap(request)}
