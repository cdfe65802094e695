"""Rows of places and ways stand in the order in which they were made, whoever made them, on every database."""

from __future__ import annotations

from typing import Any

import pytest

from notices.importer.parser import parse_page
from notices.importer.service import write_draft
from notices.models import CommentWay, NoticePage, NoticePlace
from notices.rounds import start_next_round
from tests.factories import make_draft, make_notice
from tests.notices.importer.pages import WHOLE
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
ROWS = ("places", "paper_places", "ways")


@pytest.fixture
def people() -> People:
    return make_people()


def numbers(page: NoticePage) -> dict[str, list[Any]]:
    stored = NoticePage.objects.get(pk=page.pk)
    return {name: [row.sort_order for row in getattr(stored, name).order_by("pk")] for name in ROWS}


def assert_numbered(page: NoticePage) -> None:
    found = numbers(page)
    assert found == {name: list(range(len(rows))) for name, rows in found.items()}
    assert max(map(len, found.values())) > 1


def test_rows_of_a_draft_made_by_a_program_are_numbered(people: People) -> None:
    assert_numbered(make_draft(proponent=people.company_a))


def test_rows_taken_over_into_the_next_round_keep_their_order(people: People) -> None:
    first = make_notice(proponent=people.company_a, kind="first_round")
    page = start_next_round(record=first.record, user=people.li)
    assert_numbered(page)
    assert [row.way for row in page.ways.all()] == [row.way for row in first.ways.all()]


def test_imported_rows_stand_as_in_the_text(people: People) -> None:
    [parsed] = parse_page(WHOLE)
    page = write_draft(parsed=parsed, proponent=people.company_a, user=people.li).page
    assert_numbered(page)
    assert [place.village for place in page.places.all()] == list(parsed.villages)


def test_a_row_added_by_a_program_stands_behind_those_that_were_there(people: People) -> None:
    page = make_draft(proponent=people.company_a)
    page.places = [*page.places.all(), NoticePlace(village="新店村", division_code="141026")]
    page.ways.add(CommentWay(way="fax", address="0357-7000002"))
    page.save()
    stored = NoticePage.objects.get(pk=page.pk)
    assert [place.village for place in stored.places.all()] == ["清水沟村", "柳坪村", "新店村"]
    assert [way.way for way in stored.ways.all()] == ["letter", "email", "phone", "fax"]
    assert numbers(page)["ways"] == [0, 1, 2, 3]
