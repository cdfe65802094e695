"""A 建设单位 works however it was made: by the operator in the editor, or by the services."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from notices.admin_guards import choosable_pages
from notices.models import NoticePage, ProponentPage
from notices.permissions import can_edit_notice, editable_notices
from notices.proponent_services import ensure_proponent_group
from tests.factories import make_draft, make_proponent, portal_index
from tests.notices.editor_forms import editor_data
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
COMPANY = "古县青峪煤业有限公司"
PASSWORD = "Qingshui-2026-gou"


@pytest.fixture
def people() -> People:
    return make_people()


def proponent_data(title: str, **changes: Any) -> dict[str, Any]:
    comments = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}
    return {
        "title": title,
        "uscc": "",
        "address": "古县岳阳镇",
        "responsible": "",
        **{f"comments-{key}": value for key, value in comments.items()},
        **changes,
    }


def add_proponent(client: Any, title: str, **changes: Any) -> ProponentPage:
    url = reverse("wagtailadmin_pages:add", args=["notices", "proponentpage", portal_index().pk])
    client.post(url, proponent_data(title, **changes))
    return ProponentPage.objects.get(title=title)


def page_permissions(group: Group | None) -> set[tuple[int, str]]:
    return set(GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission__codename"))


def test_an_operator_sets_up_a_proponent_that_prepares_its_notices(client: Any, people: People) -> None:
    foreign = make_draft(proponent=people.company_a, project_name="清水沟项目")
    client.force_login(people.op)
    company = add_proponent(client, COMPANY, **{"action-publish": "1"})
    assert company.live
    add_account = reverse("wagtailusers_users:add")
    assert f"建设单位：{COMPANY}" in client.get(add_account).content.decode()
    client.post(
        add_account,
        {
            "username": "qin",
            "email": "qin@example.com",
            "last_name": "秦",
            "first_name": "峪",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "groups": [company.group.pk],
        },
    )
    qin = get_user_model().objects.get(username="qin")

    assert client.login(username="qin", password=PASSWORD)
    add = reverse("wagtailadmin_pages:add", args=["notices", "noticepage", company.pk])
    client.post(add, editor_data(NoticePage(project_name="青峪矿井项目", proponent_name=COMPANY)))
    notice = NoticePage.objects.child_of(company).get()
    assert not notice.live
    assert can_edit_notice(qin, notice)
    assert not can_edit_notice(people.rival, notice)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[notice.pk])).status_code == 200

    assert list(editable_notices(qin)) == [notice]
    assert client.get(reverse("wagtailadmin_pages:edit", args=[foreign.pk])).status_code == 302
    assert "清水沟项目" not in client.get(reverse("notice_register:index")).content.decode()
    assert not choosable_pages(Page.objects.all(), qin).filter(pk=foreign.pk).exists()


def test_a_proponent_saved_as_a_draft_has_its_group_too(client: Any, people: People) -> None:
    client.force_login(people.op)
    company = add_proponent(client, COMPANY)
    assert not company.live
    assert company.get_latest_revision_as_object().group == company.group
    assert page_permissions(company.group) == {(company.pk, "add_page"), (company.pk, "change_page")}


def test_the_service_and_the_editor_give_the_same_rights(client: Any, people: People) -> None:
    client.force_login(people.op)
    edited, made = add_proponent(client, COMPANY), make_proponent("浮山青石建材有限公司")
    rights = [
        (
            {codename for _page, codename in page_permissions(page.group)},
            set(page.group.permissions.values_list("codename", flat=True)),
        )
        for page in (edited, made)
    ]
    assert rights == [({"add_page", "change_page"}, {"access_admin"})] * 2


def test_ensuring_again_changes_nothing() -> None:
    page = make_proponent(COMPANY)
    before = page_permissions(page.group)
    assert ensure_proponent_group(page=page) == page.group
    assert Group.objects.filter(name__contains=COMPANY).count() == 1
    assert page_permissions(page.group) == before


def test_a_lost_right_is_given_back() -> None:
    page = make_proponent(COMPANY)
    GroupPagePermission.objects.filter(group=page.group).delete()
    page.group.permissions.clear()
    ensure_proponent_group(page=page)
    assert {codename for _page, codename in page_permissions(page.group)} == {"add_page", "change_page"}
    assert page.group.permissions.get().codename == "access_admin"


def test_a_namesake_gets_a_group_of_its_own() -> None:
    first = make_proponent(COMPANY)
    second = ProponentPage(title=COMPANY, slug="namesake")
    portal_index().add_child(instance=second)
    assert second.group != first.group
    assert second.group.name == f"建设单位：{COMPANY}（{second.pk}）"


def test_the_group_bears_the_public_name_and_not_a_drafts(client: Any, people: People) -> None:
    company = make_proponent(COMPANY)
    url = reverse("wagtailadmin_pages:edit", args=[company.pk])
    client.force_login(people.op)
    renamed = "古县青峪能源有限公司"
    client.post(url, proponent_data(renamed))
    assert Group.objects.get(pk=company.group_id).name == f"建设单位：{COMPANY}"
    client.post(url, proponent_data(renamed, **{"action-publish": "1"}))
    assert Group.objects.get(pk=company.group_id).name == f"建设单位：{renamed}"
