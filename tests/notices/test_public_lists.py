"""The lists for residents: what closes soon, what is open, by county and by village."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.models import NoticePage, NoticePlace
from tests.factories import make_draft, make_notice

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
ANZE, FUSHAN, GUANGLING = "141026", "141027", "140223"
PUBLISHED = datetime(2022, 3, 17, 9, tzinfo=SHANGHAI)  # closes 2022-03-31 at 24:00

LISTS = (
    "/",
    "/notices/?county=141026",
    "/county/",
    "/county/141026/",
    "/county/141026/?village=柳坪村",
    "/county/141026/feed.atom",
    "/county/141026/deadlines.ics",
    "/feed.atom",
)


def names(response: Any) -> list[str]:
    return [row.page.project_name for row in response.context["rows"]]


def in_fushan(**fields: Any) -> NoticePage:
    """A notice whose county and only village are in Fushan."""
    page = make_notice(division_code=FUSHAN, **fields)
    NoticePlace.objects.filter(page=page).delete()
    NoticePlace.objects.create(page=page, village="远山村", division_code=FUSHAN)
    page.record.page.project.divisions.exclude(code=FUSHAN).delete()
    return page


@pytest.fixture
def two_counties() -> None:
    make_notice(project_name="清水沟项目")
    in_fushan(project_name="远山项目")


class TestTheHomePage:
    def test_a_notice_stands_under_closing_soon_from_three_days_before_its_last_day_until_its_end(
        self, client: Any
    ) -> None:
        with time_machine.travel(PUBLISHED, tick=False):
            make_notice()
        for moment, closing, opened in (
            (datetime(2022, 3, 27, 23, 59, 59, tzinfo=SHANGHAI), 0, 1),
            (datetime(2022, 3, 28, 0, 0, tzinfo=SHANGHAI), 1, 0),
            (datetime(2022, 3, 31, 23, 59, 59, tzinfo=SHANGHAI), 1, 0),
            (datetime(2022, 4, 1, 0, 0, tzinfo=SHANGHAI), 0, 0),
        ):
            with time_machine.travel(moment, tick=False):
                context = client.get("/").context
            assert (len(context["closing_rows"]), len(context["open_rows"])) == (closing, opened), moment


class TestACounty:
    def test_it_lists_its_own_notices_and_a_prefecture_and_a_province_those_of_their_counties(
        self, client: Any, two_counties: None
    ) -> None:
        both = ["清水沟项目", "远山项目"]
        for code, expected in ((ANZE, both[:1]), (FUSHAN, both[1:]), ("141000", both), ("140000", both)):
            assert sorted(names(client.get(reverse("county", args=[code])))) == expected
        html = client.get("/").content.decode()
        county = f'href="{reverse("county", args=[ANZE])}" lang="zh-Hans">安泽县</a>'
        assert f'{county} <span class="soft">1 份征求意见中' in html
        assert reverse("county", args=[FUSHAN]) in html

    def test_drafts_are_neither_listed_nor_counted_nor_do_they_give_villages(self, client: Any) -> None:
        make_draft(project_name="未公开项目")
        response = client.get(reverse("county", args=[ANZE]))
        assert response.status_code == 200
        assert names(response) == []
        assert response.context["villages"] == []
        assert "安泽县还没有公示" in response.content.decode()
        assert ANZE not in client.get(reverse("county_index")).content.decode()

    def test_a_zone_outside_the_table_has_a_page_as_soon_as_a_notice_lies_in_it(self, client: Any) -> None:
        urls = [reverse(name, args=["141099"]) for name in ("county", "county_feed", "county_calendar")]
        assert [client.get(url).status_code for url in urls] == [404] * 3
        make_notice().record.page.project.divisions.create(code="141099")
        assert [client.get(url).status_code for url in urls] == [200] * 3

    def test_one_that_does_not_exist_is_not_found(self, client: Any) -> None:
        for code in ("999999", "abc", "14102", "１４１０２６"):
            assert client.get(reverse("county", args=[code])).status_code == 404

    def test_a_village_narrows_it_here_and_in_the_list_of_all_and_another_countys_is_not_offered(
        self, client: Any, two_counties: None
    ) -> None:
        url = reverse("county", args=[ANZE])
        assert client.get(url).context["villages"] == ["柳坪村", "清水沟村"]
        assert names(client.get(url, {"village": "柳坪村"})) == ["清水沟项目"]
        response = client.get(url, {"village": "远山村"})
        assert names(response) == []
        assert "查看安泽县的全部公示" in response.content.decode()
        assert names(client.get("/notices/", {"county": ANZE})) == ["清水沟项目"]
        assert names(client.get("/notices/", {"county": ANZE, "village": "柳坪村", "state": "open"})) == [
            "清水沟项目"
        ]
        assert (
            len(names(client.get("/notices/", {"village": "柳坪村"}))) == 2
        )  # a village of no county says nothing
        assert names(client.get("/notices/", {"county": "不是代码"})) == []
        # A village left over from the county chosen before is let go.
        assert names(client.get("/notices/", {"county": ANZE, "village": "远山村"})) == ["清水沟项目"]

    def test_the_open_ones_come_first_the_soonest_to_close_before_all_and_paging_keeps_the_choice(
        self, client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = timezone.now()
        make_notice(project_name="早截止", now=now - timedelta(days=5))
        make_notice(project_name="晚截止", now=now)
        make_notice(project_name="历史", stage="historical")
        make_notice(project_name="已截止", stage="closed")
        url = reverse("county", args=[ANZE])
        assert names(client.get(url)) == ["早截止", "晚截止", "已截止", "历史"]
        assert names(client.get(url, {"state": "open"})) == ["早截止", "晚截止"]
        assert names(client.get(url, {"state": "closed"})) == ["已截止", "历史"]
        assert names(client.get(url, {"state": "什么"})) == names(client.get(url))

        monkeypatch.setattr("notices.public_lists.PER_PAGE", 1)
        follow = "?village=%E6%9F%B3%E5%9D%AA%E6%9D%91&amp;state=open&amp;page=2"
        assert follow in client.get(url, {"village": "柳坪村", "state": "open"}).content.decode()
        assert names(client.get(url + follow.replace("&amp;", "&"))) == ["晚截止"]


def test_more_notices_cost_no_more_queries(client: Any) -> None:
    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_notice(project_name="一")
    few = {url: queries(url) for url in LISTS}
    make_notice(project_name="二")
    assert {url: queries(url) for url in LISTS} == few
    assert max(few.values()) <= 14, few


def test_a_withdrawn_notice_marks_no_day_as_the_one_on_which_something_can_be_done(client: Any) -> None:
    code = make_notice(stage="withdrawn", reason="选址有变").record.code
    for address in (f"/n/{code}/", "/notices/"):
        page = client.get(address).content.decode()
        assert "strip__day" in page
        assert "is-today" not in page
