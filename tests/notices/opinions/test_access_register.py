"""Who sees who read page two."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.opinions.access import read_contacts
from notices.opinions.models import AccessBasis
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
REASON = "电话反馈处理情况"


@pytest.fixture
def people() -> People:
    return make_people()


def read_once(people: People, count: int = 1) -> None:
    page = make_notice(proponent=people.company_a, now=PUBLISHED)
    opinions = [send(page, now=PUBLISHED).opinion for _number in range(2)]
    for _time in range(count):
        read_contacts(
            opinions=opinions,
            user=people.zhao,
            basis=AccessBasis.FEEDBACK,
            reason=REASON,
            now=END.replace(hour=2),
        )


@pytest.fixture
def url() -> str:
    return reverse("contact_accesses:index")


def test_operators_and_the_office_in_charge_see_every_access_and_nobody_else(
    client: Any, people: People, url: str
) -> None:
    read_once(people)
    seen = {}
    for name in ("li", "zhao", "rival", "op", "guan", "outsider"):
        client.force_login(getattr(people, name))
        response = client.get(url)
        seen[name] = response.status_code == 200 and REASON in response.content.decode()
    assert seen == {
        "li": False,
        "zhao": False,
        "rival": False,
        "op": True,
        "guan": True,
        "outsider": False,
    }
    client.logout()
    assert client.get(url).status_code == 302


def test_a_row_says_who_in_which_capacity_and_how_many_and_shows_no_contact(
    client: Any, people: People, url: str
) -> None:
    read_once(people)
    client.force_login(people.op)
    html = client.get(url).content.decode()
    for words in (
        "zhao（受托编制单位 山西绿衡环境咨询有限公司）",
        "2 条",
        "反馈意见处理情况",
        "2026-03-17 02:00",
    ):
        assert words in html, words
    assert PERSON.contact not in html


def test_an_office_of_another_county_sees_nothing(client: Any, people: People, url: str) -> None:
    read_once(people)
    people.office.division_codes = ["141027"]
    people.office.save()
    client.force_login(people.guan)
    assert REASON not in client.get(url).content.decode()


def test_the_number_of_queries_does_not_grow(client: Any, people: People, url: str) -> None:
    client.force_login(people.op)
    needed = []
    for more in (1, 12):
        read_once(people, count=more)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_nothing_is_added_changed_or_deleted_there(client: Any, people: People, url: str) -> None:
    read_once(people)
    client.force_login(people.op)
    assert client.post(url).status_code == 405
    for name in ("add/", "edit/1/", "delete/1/"):
        assert client.get(url + name).status_code == 404
