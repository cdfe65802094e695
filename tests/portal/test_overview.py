"""概览: its figures are those of the registers, each person's own; charts, files, limits, queries."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import NoticePage
from notices.opinions.models import Opinion
from notices.opinions.topics import mark_topics
from portal.overview.charts import day_chart, step_for, topic_chart
from portal.overview.opinion_tables import Received
from tests.factories import make_draft, make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.people import People, make_people

NOON = END + timedelta(hours=12)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NAME = "清水沟矿区修复项目"


@pytest.fixture
def people() -> Iterator[People]:
    with time_machine.travel(NOON, tick=False):
        yield make_people()


@pytest.fixture
def notice(people: People) -> NoticePage:
    """A notice that closed at midnight with four opinions: two on one day, one on another, one late; one with a topic."""
    page = make_notice(proponent=people.company_a, now=PUBLISHED, project_name=NAME)
    for moment in (PUBLISHED + DAY, PUBLISHED + DAY, PUBLISHED + 3 * DAY):
        send(page, "请加密监测井。", now=moment)
    send(page, "请公开监测数据。", now=END + 10 * MINUTE, issued=END - 10 * MINUTE)
    first = Opinion.objects.filter(notice=page).order_by("sequence").first()
    assert first is not None
    mark_topics(opinions=[first], topics=["water"], user=people.li, now=NOON)
    return page


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sections(client: Client, **limits: str) -> dict[str, Any]:
    context = client.get(reverse("overview"), limits).context
    return {section.name: section for section in (*context["charts"], *context["lists"])}


@pytest.mark.django_db(databases=["default", "keys"])
class TestFigures:
    def test_every_figure_is_that_of_the_register_it_opens(self, people: People, notice: NoticePage) -> None:
        make_draft(proponent=people.company_a, project_name="柳坪项目")
        make_notice(proponent=people.company_b, now=NOON - 2 * DAY, project_name="远山项目")
        compared = 0
        for user in (people.op, people.li, people.guan):
            client = signed_in(user)
            shown = sections(client)
            for name in ("stages", "unanswered", "days", "topics"):
                for row in shown[name].table.rows:
                    if row.url:
                        count = int(row.cells[1 if name == "unanswered" else -1])
                        assert client.get(row.url).context["items_count"] == count, (name, row)
                        compared += 1
        assert compared > 20

    def test_late_ones_and_those_without_a_topic_are_counted_as_such(
        self, people: People, notice: NoticePage
    ) -> None:
        shown = sections(signed_in(people.li))
        days = {row.cells[0]: row.cells[1:] for row in shown["days"].table.rows}
        assert days["2026-03-03"] == ("2", "0", "2")
        assert days["2026-03-04"] == ("0", "0", "0")
        assert days["2026-03-17"] == ("0", "1", "1")
        assert days["合计"] == ("3", "1", "4")
        topics = {row.cells[0]: row.cells[1:] for row in shown["topics"].table.rows}
        assert topics["水"] == ("1", "0", "1")
        assert sum(int(cells[1]) for cells in topics.values()) >= 1
        [row] = shown["unanswered"].table.rows
        assert row.cells == (NAME, "4", "4", "1", "2026-03-16", notice.record.code)

    def test_rivals_and_officers_elsewhere_see_nothing_of_it(
        self, people: People, notice: NoticePage
    ) -> None:
        people.office.division_codes = ["141027"]
        people.office.save()
        for user in (people.rival, people.guan):
            client = signed_in(user)
            pages = [client.get(reverse("overview")), client.get(reverse("overview"), {"notice": notice.pk})]
            pages += [
                client.get(reverse("overview_file", args=[name, "csv"])) for name in ("stages", "unanswered")
            ]
            for response in pages:
                body = response.getvalue().decode()
                assert response.status_code == 200
                assert NAME not in body
                assert notice.record.code not in body
            assert sections(client)["days"].chart.sum == 0
        assert signed_in(people.outsider).get(reverse("overview")).status_code in (302, 403)

    def test_notice_county_and_period_limit_it(self, people: People, notice: NoticePage) -> None:
        make_notice(proponent=people.company_b, now=NOON - 2 * DAY, project_name="远山项目")
        client = signed_in(people.op)
        assert (
            len(sections(client, notice=str(notice.pk))["days"].table.rows) == 17
        )  # publication to today, sum
        one_day = sections(client, received_at_from="2026-03-03", received_at_to="2026-03-03")
        assert one_day["days"].table.rows[-1].cells[-1] == "2"
        assert sections(client, county="141026")["stages"].table.rows[-1].cells[-1] == "2"
        for wrong in (
            {"received_at_from": "2026-03-05", "received_at_to": "2026-03-01"},
            {"received_at_from": "1000-01-01", "received_at_to": "9999-12-31"},
            {"received_at_from": "9999-12-31"},
            {"notice": "x", "county": "x"},
        ):
            assert client.get(reverse("overview"), wrong).status_code == 200

    def test_windows_that_close_stand_with_what_is_left_to_answer(self, people: People) -> None:
        page = make_notice(proponent=people.company_a, now=NOON - DAY, project_name="柳坪项目")
        send(page, now=NOON)
        [row] = sections(signed_in(people.li))["closing"].table.rows
        assert (row.cells[0], row.cells[2:5]) == ("柳坪项目", ("9", "1", "1"))

    def test_queries_do_not_grow_with_notices_and_opinions(self, people: People) -> None:
        client = signed_in(people.op)

        def cost() -> int:
            client.get(reverse("overview"))
            with CaptureQueriesContext(connection) as captured:
                assert "号项目" in client.get(reverse("overview")).content.decode()
            return len(captured)

        def add(number: int) -> None:
            page = make_notice(proponent=people.company_a, now=NOON - DAY, project_name=f"{number}号项目")
            send(page, now=NOON)

        for number in range(2):
            add(number)
        few = cost()
        for number in range(2, 5):
            add(number)
        assert cost() == few
        assert few <= 72


@pytest.mark.django_db(databases=["default", "keys"])
class TestFiles:
    def test_a_table_leaves_as_csv_and_workbook_without_formulas(self, people: People) -> None:
        page = make_notice(proponent=people.company_a, now=NOON - DAY, project_name="=1+1项目")
        send(page, now=NOON)
        client = signed_in(people.guan)
        body = client.get(reverse("overview_file", args=["unanswered", "csv"])).getvalue()
        assert body.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        assert (rows[0][0], rows[0][-1]) == ("项目", "公示码")
        assert (rows[1][0], rows[1][-1]) == ("'=1+1项目", page.record.code)
        book = client.get(reverse("overview_file", args=["unanswered", "xlsx"]))
        assert "no-store" in book["Cache-Control"]
        with zipfile.ZipFile(io.BytesIO(book.getvalue())) as parts:
            assert "未答复的意见" in parts.read("xl/workbook.xml").decode()
            assert all(b"<f>" not in parts.read(name) for name in parts.namelist() if "sheet" in name)

    def test_those_about_the_installation_are_the_operators(self, people: People) -> None:
        for name in ("mails", "tasks", "disk"):
            url = reverse("overview_file", args=[name, "csv"])
            found = {
                who: signed_in(getattr(people, who)).get(url).status_code for who in ("op", "li", "guan")
            }
            assert found == {"op": 200, "li": 404, "guan": 404}
        client = signed_in(people.op)
        for name, extension in (("x", "csv"), ("stages", "docx")):
            assert client.get(reverse("overview_file", args=[name, extension])).status_code == 404


class TestCharts:
    @pytest.mark.parametrize(
        ("highest", "step"), [(0, 1), (1, 1), (4, 1), (5, 2), (8, 2), (9, 5), (20, 5), (21, 10), (999, 500)]
    )
    def test_an_axis_has_at_most_four_round_steps(self, highest: int, step: int) -> None:
        assert step_for(highest) == step

    @pytest.mark.parametrize("length", [1, 30, 366])
    def test_bars_stay_inside_and_whatever_came_is_seen(self, length: int) -> None:
        days = [Received(f"2026-01-{1 + n % 28:02}", "", n * 7 % 90, int(n == 0)) for n in range(length)]
        chart = day_chart(days)
        assert len(chart.bars) == length
        assert len(chart.labels) <= 8
        for day, bar in zip(days, chart.bars, strict=True):
            assert (bar.height > 0, bar.late_height > 0) == (day.inside > 0, day.late > 0)
            assert 0 <= bar.late_y <= bar.y <= chart.height
            assert 0 < bar.x < bar.x + bar.width <= chart.width

    def test_a_chart_speaks_and_has_nothing_inline(self) -> None:
        topics = topic_chart([Received("water", "水", 12, 3), Received("air", "大气", 1, 0)])
        html = render_to_string("portal/admin/chart_topics.html", {"chart": topics, "title": "意见主题"})
        html += render_to_string(
            "portal/admin/chart_days.html",
            {"chart": day_chart([Received("2026-03-03", "", 2, 1)]), "title": "每天"},
        )
        assert 'role="img"' in html
        assert "水 15，大气 1" in re.sub(r"\s+", " ", html)
        assert not re.search(r"style=|<style|<script|\son\w+=", html)
