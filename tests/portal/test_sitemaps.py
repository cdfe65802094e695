"""Search engines are offered what anybody may read, in bounded maps that cost next to nothing."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import NoticePage
from portal import sitemaps
from tests.factories import make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


def places(path: str) -> list[str]:
    response = Client().get(path)
    assert response.status_code == 200
    return re.findall(r"<loc>https?://testserver(.*?)</loc>", response.content.decode())


def address(page: NoticePage) -> str:
    return f"/n/{page.record.code}/"


def test_only_what_has_been_published_is_offered(people: People) -> None:
    company = people.company_a
    public = make_notice(proponent=company)
    withdrawn = make_notice(proponent=company, stage="withdrawn", project_name="撤回的项目")
    for stage in ("draft", "approved", "historical"):
        make_notice(proponent=company, stage=stage, project_name=f"{stage}项目")
    assert places("/sitemap-notices.xml") == [address(public), address(withdrawn)]
    others = places("/sitemap-pages.xml")
    assert {"/", "/notices/", company.get_url()} <= set(others)
    assert not [path for path in others if path.startswith("/n/")]


def test_the_moment_is_the_last_publication_and_not_that_of_a_draft(people: People) -> None:
    page = make_notice(proponent=people.company_a)
    before = Client().get("/sitemap-notices.xml").content
    page.latest_revision_created_at = datetime(2031, 1, 1, tzinfo=timezone.get_current_timezone())
    NoticePage.objects.filter(pk=page.pk).update(latest_revision_created_at=page.latest_revision_created_at)
    assert Client().get("/sitemap-notices.xml").content == before
    assert page.last_published_at is not None
    assert f"<lastmod>{page.last_published_at:%Y-%m-}" in before.decode()


def test_beyond_a_page_the_index_names_further_maps(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps.NoticeSitemap, "limit", 2)
    pages = [make_notice(proponent=people.company_a, project_name=f"项目{number}") for number in range(3)]
    maps = ["/sitemap-notices.xml", "/sitemap-notices.xml?p=2", "/sitemap-pages.xml"]
    assert places("/sitemap.xml") == maps
    assert places(maps[0]) + places(maps[1]) == [address(page) for page in pages]


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-notices.xml", "/sitemap-pages.xml"])
def test_a_map_costs_few_queries(people: People, path: str) -> None:
    make_notice(proponent=people.company_a)
    with CaptureQueriesContext(connection) as made:
        Client().get(path)
    assert len(made) <= 8


@pytest.mark.parametrize(
    "path", ["/sitemap-drafts.xml", "/sitemap-notices.xml?p=9", "/sitemap-pages.xml?p=x"]
)
def test_a_map_that_does_not_exist_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404
