"""退回修改: whoever prepares the notice is told that it came back and why, on 今日 and in the editor, until it is handed in again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from notices.models import NoticePage
from tests.factories import make_draft
from tests.notices.editor_forms import editor_data
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
REASON = "查阅地点请写明门牌号。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def draft(people: People) -> NoticePage:
    return make_draft(proponent=people.company_a, project_name="清水沟项目")


def post(client: Any, user: Any, page: NoticePage, **actions: str) -> str:
    """Send the editor's form as a person and return the page that follows."""
    client.force_login(user)
    latest = page.get_latest_revision_as_object()
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), editor_data(latest, **actions), follow=True
    )
    text: str = response.content.decode()
    return text


def give_back(client: Any, people: People, page: NoticePage, reason: str = REASON) -> str:
    action = {"action-workflow-action": "true", "workflow-action-name": "reject"}
    extra = {"workflow-action-extra-data": json.dumps({"comment": reason})}
    return post(client, people.op, page, **action, **extra)


def seen(client: Any, user: Any, url: str = "/admin/") -> str:
    client.force_login(user)
    text: str = client.get(url).content.decode()
    return text


def test_the_reason_stands_on_today_and_in_the_editor_until_it_is_handed_in_again(
    client: Any, people: People, draft: NoticePage
) -> None:
    editor = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    post(client, people.li, draft, **{"action-submit": "1"})
    answer = give_back(client, people, draft)
    assert "已退回修改。建设单位在" in answer
    assert "可以提交核对" not in answer
    for url in ("/admin/", editor):
        assert f"已退回修改：{REASON}" in seen(client, people.li, url)
    assert REASON not in seen(client, people.rival)

    post(client, people.li, draft, **{"action-submit": "1"})
    assert "已退回修改" not in seen(client, people.li)
    assert "已退回修改" not in seen(client, people.li, editor)


def test_one_given_back_without_a_reason_says_so_much(client: Any, people: People, draft: NoticePage) -> None:
    post(client, people.li, draft, **{"action-submit": "1"})
    give_back(client, people, draft, "")
    today = seen(client, people.li)
    assert "已退回修改" in today
    assert "已退回修改：" not in today
