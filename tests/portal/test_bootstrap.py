"""What every installation starts from, and that starting again changes nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Site, Workflow

from notices.models import NoticeIndexPage
from portal.bootstrap import bootstrap
from portal.models import HomePage, InfoPage
from portal.roles import ROLES

pytestmark = pytest.mark.django_db


def permissions_of(group: Group) -> set[str]:
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.group)
def test_the_database_equals_the_role_matrix(role) -> None:
    home = bootstrap()
    group = Group.objects.get(name=role.group)
    assert permissions_of(group) == set(role.permissions)
    on_pages = GroupPagePermission.objects.filter(group=group)
    assert {row.permission.codename for row in on_pages} == set(role.page_permissions)
    assert all(row.page_id == home.pk for row in on_pages)


def test_a_permission_added_by_hand_is_taken_back() -> None:
    bootstrap()
    officers = Group.objects.get(name=ROLES[1].group)
    operators = Group.objects.get(name=ROLES[0].group)
    officers.permissions.add(*operators.permissions.all())
    bootstrap()
    assert permissions_of(officers) == set(ROLES[1].permissions)


def test_groups_and_workflow_of_wagtails_own_start_are_gone() -> None:
    bootstrap()
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert list(Workflow.objects.values_list("name", flat=True)) == ["公示形式核对"]
    assert NoticeIndexPage.objects.get().get_workflow().name == "公示形式核对"


def test_a_second_start_keeps_what_people_edited() -> None:
    bootstrap()
    help_page = InfoPage.objects.get(slug="help")
    help_page.body = "<p>本县的说明</p>"
    help_page.save_revision().publish()
    pages = Page.objects.count()
    bootstrap()
    assert InfoPage.objects.get(slug="help").body == "<p>本县的说明</p>"
    assert Page.objects.count() == pages
    assert HomePage.objects.count() == 1


def test_the_home_page_answers_at_the_root(client) -> None:
    bootstrap()
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get()
    response = client.get("/")
    assert response.status_code == 200
    assert "公示码" in response.content.decode()


def test_the_top_of_the_page_tree_has_a_chinese_name() -> None:
    bootstrap()
    assert Page.get_first_root_node().title == "全部页面"
