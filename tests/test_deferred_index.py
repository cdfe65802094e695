"""The tests' own short cut: the index is written when somebody asks it."""

from __future__ import annotations

import pytest

from notices.models import NoticePage
from tests.factories import make_notice


@pytest.mark.django_db(databases=["default", "keys"])
def test_what_was_saved_without_a_look_at_the_index_is_found_by_the_first_search() -> None:
    notice = make_notice(project_name="罗汉沟垃圾填埋场项目")
    found = NoticePage.objects.all().search("罗汉沟")
    assert [page.pk for page in found] == [notice.pk]
