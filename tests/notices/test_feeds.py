"""Atom feeds and calendars: what a reader's program gets, and that it is told of changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from defusedxml import ElementTree
from django.urls import reverse
from icalendar import Calendar

from notices.models import NoticePage
from notices.services import extend_window, withdraw_notice
from tests.factories import an_operator, make_draft, make_notice

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
ATOM = "{http://www.w3.org/2005/Atom}"
ANZE, EMPTY = "141026", "140223"
PUBLISHED = datetime(2022, 3, 17, 9, tzinfo=SHANGHAI)
LATER = PUBLISHED + timedelta(days=4)
FEED, COUNTY_FEED = reverse("notice_feed"), reverse("county_feed", args=[ANZE])
COUNTY_CALENDAR = reverse("county_calendar", args=[ANZE])


@pytest.fixture
def notice() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield make_notice(now=PUBLISHED)


def entries(client: Any, url: str) -> list[Any]:
    response = client.get(url)
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def events(client: Any, url: str) -> list[Any]:
    """Return the events of a calendar after looking at what RFC 5545 asks of its lines."""
    response = client.get(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    body: bytes = response.content
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in body
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(body)
    assert (calendar["VERSION"], bool(calendar["PRODID"])) == ("2.0", True)
    assert len(calendar.subcomponents) > 0
    return list(calendar.walk("VEVENT"))


def extend(page: NoticePage, day: date) -> None:
    extend_window(record=page.record, last_day=day, reason="张贴晚了", user=an_operator(), now=LATER)


def withdraw(page: NoticePage) -> None:
    withdraw_notice(record=page.record, reason="项目取消", user=an_operator(), now=LATER)


class TestTheFeed:
    def test_an_entry_is_complete_and_dated_by_its_publication(self, client: Any, notice: NoticePage) -> None:
        root = ElementTree.fromstring(client.get(FEED).content)
        for name in ("id", "title", "updated", "author"):
            assert root.find(f"{ATOM}{name}") is not None, name
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"].endswith(FEED)
        (entry,) = root.findall(f"{ATOM}entry")
        assert entry.find(f"{ATOM}title").text == notice.project_name
        assert entry.find(f"{ATOM}id").text.endswith(f"/n/{notice.record.code}/")
        assert datetime.fromisoformat(entry.find(f"{ATOM}published").text) == PUBLISHED
        assert "2022年3月31日（星期四） 24:00 截止" in entry.find(f"{ATOM}summary").text

    def test_a_county_has_its_own(self, client: Any, notice: NoticePage) -> None:
        assert len(entries(client, COUNTY_FEED)) == 1
        assert entries(client, reverse("county_feed", args=[EMPTY])) == []
        assert client.get(reverse("county_feed", args=["999999"])).status_code == 404


class TestTheCalendar:
    def test_the_last_day_is_a_whole_day_that_ends_at_24_oclock(
        self, client: Any, notice: NoticePage
    ) -> None:
        for url in (COUNTY_CALENDAR, reverse("notice_calendar", args=[notice.record.code])):
            (event,) = events(client, url)
            assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2022, 3, 31), date(2022, 4, 1))
            assert event.decoded("DTSTAMP") == PUBLISHED.astimezone(UTC)
            assert str(event["UID"]).startswith(f"notice-{notice.record.code}@")
            assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
            assert "2022年3月31日（星期四） 24:00（北京时间）截止" in event["DESCRIPTION"]
        with time_machine.travel(LATER + timedelta(days=90), tick=False):
            assert events(client, COUNTY_CALENDAR) == []  # long past

    def test_an_extension_moves_the_same_entry(self, client: Any, notice: NoticePage) -> None:
        (before,) = events(client, COUNTY_CALENDAR)
        extend(notice, date(2022, 4, 8))
        (after,) = events(client, COUNTY_CALENDAR)
        assert after["UID"] == before["UID"]
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert after.decoded("DTSTART") == date(2022, 4, 8)
        assert after.decoded("LAST-MODIFIED") == LATER.astimezone(UTC)

    def test_a_provisional_end_is_tentative(self, client: Any) -> None:
        now = datetime(2031, 12, 25, 9, tzinfo=SHANGHAI)  # no holiday schedule is known
        with time_machine.travel(now, tick=False):
            page = make_notice(now=now)
            (event,) = events(client, reverse("notice_calendar", args=[page.record.code]))
        assert event["STATUS"] == "TENTATIVE"
        assert "暂定" in event["SUMMARY"]

    def test_a_county_without_deadlines_has_a_valid_empty_one(self, client: Any) -> None:
        assert events(client, reverse("county_calendar", args=[EMPTY])) == []
        assert client.get(reverse("county_calendar", args=["999999"])).status_code == 404


def test_what_did_not_change_is_not_sent_again(client: Any, notice: NoticePage) -> None:
    for url in (FEED, COUNTY_FEED, COUNTY_CALENDAR, reverse("county_feed", args=[EMPTY])):
        first = client.get(url)
        assert set(first["Cache-Control"].split(", ")) == {"public", "max-age=300"}
        assert not first.cookies
        with time_machine.travel(LATER + timedelta(hours=1), tick=False):
            again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), url
        assert client.post(url).status_code == 405


def test_a_withdrawal_marks_the_entry_and_strikes_the_deadline_out_with_the_reason(
    client: Any, notice: NoticePage
) -> None:
    etags = {url: client.get(url)["ETag"] for url in (FEED, COUNTY_CALENDAR)}
    withdraw(notice)
    (entry,) = entries(client, FEED)
    assert entry.find(f"{ATOM}title").text == f"【已撤回】{notice.project_name}"
    assert "项目取消" in entry.find(f"{ATOM}summary").text
    assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text) == LATER
    (event,) = events(client, COUNTY_CALENDAR)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "已撤回：项目取消" in event["DESCRIPTION"]
    assert "截止" not in event["DESCRIPTION"]
    for url, etag in etags.items():
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_markup_commas_and_long_names_stay_text(client: Any) -> None:
    name = "A<b>&甲，乙, 丙; 丁" + "很长的名称" * 20
    page = make_notice(project_name=name, proponent_name="<script>公司")
    (entry,) = entries(client, FEED)
    assert entry.find(f"{ATOM}title").text == name
    assert "&lt;script&gt;公司" in entry.find(f"{ATOM}summary").text
    (event,) = events(client, reverse("notice_calendar", args=[page.record.code]))
    assert event["SUMMARY"] == f"意见征求截止：{name}"


def test_drafts_approved_and_historical_notices_are_no_news_and_have_no_deadline(client: Any) -> None:
    pages = [make_draft(), make_notice(stage="approved"), make_notice(stage="historical")]
    urls = [reverse("notice_calendar", args=[page.record.code]) for page in pages]
    assert [client.get(url).status_code for url in urls] == [404] * 3
    assert entries(client, FEED) == []
    assert events(client, COUNTY_CALENDAR) == []


def test_pages_point_at_their_feed_and_calendar_in_head_and_text(client: Any, notice: NoticePage) -> None:
    code = notice.record.code
    expected = {
        "/": [FEED],
        "/notices/": [FEED],
        reverse("county", args=[ANZE]): [COUNTY_FEED, COUNTY_CALENDAR],
        reverse("notice", args=[code]): [reverse("notice_calendar", args=[code])],
    }
    for url, targets in expected.items():
        head, body = client.get(url).content.decode().split("</head>")
        for target in targets:
            assert f'href="{target}"' in head, (url, target)
            assert f'href="{target}"' in body, (url, target)
