"""The tests' own short cut: what a fixture made before is written again, and is the same to the last row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from notices.models import NoticePage
from tests import remembered
from tests.factories import make_draft, make_notice
from tests.notices.opinions.helpers import PUBLISHED
from tests.people import make_people
from tests.stored_rows import stored_rows

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def rows_after(*, module: str, fixtures: Callable[[], object] = lambda: None) -> dict[str, str]:
    """Return every row of the main database after fixtures made a notice; take all of it back."""
    with transaction.atomic():
        remembered.begin(module=module, usable=True)
        fixtures()
        people = make_people()
        page = make_notice(now=PUBLISHED, proponent=people.company_a, project_name="罗汉沟垃圾填埋场项目")
        remembered.end()
        rows = dict(stored_rows("default"))
        # The search knows it, and the page above it where the next one goes.
        assert [found.pk for found in NoticePage.objects.all().search("罗汉沟")] == [page.pk]
        make_draft(proponent=people.company_a, now=PUBLISHED)
        transaction.set_rollback(True)
    return rows


def test_what_is_written_again_is_what_was_made() -> None:
    made, again = rows_after(module="one"), rows_after(module="one")
    if connection.vendor == "sqlite":
        assert again == made
    else:  # PostgreSQL gives no key out again: all of it is made anew
        assert {table: text.count("\n") for table, text in again.items()} == {
            table: text.count("\n") for table, text in made.items()
        }


def test_another_module_and_a_database_that_was_written_to_get_their_own() -> None:
    made = rows_after(module="two")["notices_noticerecord"]
    assert rows_after(module="three")["notices_noticerecord"] != made
    written_to = rows_after(module="two", fixtures=lambda: Group.objects.create(name="早"))
    assert written_to["notices_noticerecord"] != made
