"""A list costs the same number of queries with two rows as with six."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.evidence_services import file_evidence
from notices.home_panel import ROWS, task_lists
from notices.models import NewspaperInsertion, NoticePage, NoticeStage
from tests.factories import confirm, make_draft, make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 6
Add = Callable[[int], Any]
Ask = Callable[[], Any]


@pytest.fixture
def people() -> People:
    return make_people()


def queries(ask: Ask) -> int:
    """Return the number of queries of a request, caches filled by one before it."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def assert_rows_are_free(add: Add, ask: Ask) -> None:
    """Count with two rows and with six; ``add`` gets the number of the row."""
    for number in range(FEW):
        add(number)
    few = queries(ask)
    for number in range(FEW, MANY):
        add(number)
    assert queries(ask) == few


def getting(client: Any, url: str, shown: str) -> Ask:
    """Return the request of a page; it checks that the page shows what is counted."""

    def ask() -> None:
        response = client.get(url)
        assert response.status_code == 200
        assert shown in response.content.decode()

    return ask


def name_of(number: int) -> str:
    return f"清水沟{number + 1}号矿区修复项目"


def publish(people: People, number: int, **fields: Any) -> NoticePage:
    return make_notice(proponent=people.company_a, project_name=name_of(number), **fields)


def submit(people: People, number: int) -> None:
    """Make a draft and start its check."""
    page = make_draft(proponent=people.company_a, project_name=name_of(number))
    workflow = page.get_workflow()
    assert workflow is not None
    workflow.start(page, people.li)


class TestAdminLists:
    @pytest.mark.parametrize("name", ["li", "op", "guan"])
    def test_the_register_of_notices(self, client: Any, people: People, name: str) -> None:
        client.force_login(getattr(people, name))
        ask = getting(client, reverse("notice_register:index"), name_of(0))
        assert_rows_are_free(lambda number: publish(people, number), ask)

    @pytest.mark.parametrize("name", ["li", "op", "guan"])
    def test_the_list_of_evidence(self, client: Any, people: People, name: str) -> None:
        client.force_login(getattr(people, name))

        def add(number: int) -> None:
            insertion = NewspaperInsertion(notice=publish(people, number), newspaper="晋南日报")
            file_evidence(evidence=insertion, uploads=[], user=people.li)

        ask = getting(client, reverse("newspaperinsertion:index"), name_of(0))
        assert_rows_are_free(add, ask)

    def test_evidence_is_changed_from_the_list_by_those_who_may(self, client: Any, people: People) -> None:
        insertion = NewspaperInsertion(notice=publish(people, 0), newspaper="晋南日报")
        file_evidence(evidence=insertion, uploads=[], user=people.li)
        offered = {}
        for name in ("li", "op", "guan"):
            client.force_login(getattr(people, name))
            html = client.get(reverse("newspaperinsertion:index")).content.decode()
            offered[name] = tuple(
                reverse(f"newspaperinsertion:{act}", args=[insertion.pk]) in html
                for act in ("edit", "delete", "inspect")
            )
        assert offered == {
            "li": (True, True, True),
            "op": (True, True, True),
            "guan": (False, False, True),
        }


class TestHomeOfTheAdmin:
    @pytest.mark.parametrize("name", ["li", "op"])
    def test_what_opens_and_closes(self, client: Any, people: People, name: str) -> None:
        client.force_login(getattr(people, name))

        def add(number: int) -> None:
            publish(people, number, stage=NoticeStage.APPROVED)
            publish(people, number + MANY, now=timezone.now() - timedelta(days=9))

        assert_rows_are_free(add, getting(client, reverse("wagtailadmin_home"), name_of(0)))

    @pytest.mark.parametrize("name", ["li", "op"])
    def test_what_waits_for_its_check(self, client: Any, people: People, name: str) -> None:
        client.force_login(getattr(people, name))
        ask = getting(client, reverse("wagtailadmin_home"), name_of(0))
        assert_rows_are_free(lambda number: submit(people, number), ask)

    @pytest.mark.parametrize("name", ["li", "op"])
    def test_drafts_beyond_the_short_list_cost_nothing(self, client: Any, people: People, name: str) -> None:
        client.force_login(getattr(people, name))
        for number in range(ROWS):
            make_draft(proponent=people.company_a, project_name=name_of(number))
        ask = getting(client, reverse("wagtailadmin_home"), "清水沟")
        few = queries(ask)
        for number in range(ROWS, ROWS + 3):
            make_draft(proponent=people.company_a, project_name=name_of(number))
        assert queries(ask) == few

    def test_submitted_notices_do_not_push_drafts_off_the_operators_list(self, people: People) -> None:
        make_draft(proponent=people.company_a, project_name="柳坪尾矿库项目")
        for number in range(ROWS):
            submit(people, number)
        lists = {entry.heading: [task.title for task in entry.tasks] for entry in task_lists(people.op)}
        assert lists["草稿"] == ["柳坪尾矿库项目"]
        assert lists["待形式核对"] == [name_of(number) for number in range(ROWS)]

    def test_a_submitted_notice_stays_among_its_proponents_drafts(self, people: People) -> None:
        submit(people, 0)

        def states() -> list[str]:
            lists = {entry.heading: entry.tasks for entry in task_lists(people.li)}
            return [task.state for task in lists["草稿"]]

        assert states() == ["已提交，等待建设单位确认公开"]
        confirm(NoticePage.objects.get(project_name=name_of(0)))
        assert states() == ["已提交，等待核对"]


class TestPublicLists:
    @pytest.mark.parametrize("url", ["/", "/notices/"])
    def test_a_list_of_notices(self, client: Any, people: People, url: str) -> None:
        assert_rows_are_free(lambda number: publish(people, number), getting(client, url, name_of(0)))

    def test_search(self, client: Any, people: People, django_capture_on_commit_callbacks: Any) -> None:
        def add(number: int) -> None:
            with django_capture_on_commit_callbacks(execute=True):
                publish(people, number)

        ask = getting(client, reverse("search") + "?q=清水沟", "1号")
        assert_rows_are_free(add, ask)
        assert client.get(reverse("search") + "?q=清水沟").context["response"].notices == MANY
