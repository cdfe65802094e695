"""Accounts in the admin: operators run them and can neither become nor touch a superuser."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.people import People, make_people

pytestmark = pytest.mark.django_db
PASSWORD = "Qingshui-2026-gou"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def root() -> Any:
    return get_user_model().objects.create_superuser("root", "root@example.com", "root")


def account_data(username: str, **changes: Any) -> dict[str, Any]:
    return {
        "username": username,
        "email": f"{username}@example.com",
        "last_name": "郝",
        "first_name": "清",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_active": "on",
        **changes,
    }


def edit_url(user: Any) -> str:
    return reverse("wagtailusers_users:edit", args=[user.pk])


def bulk_url(action: str, *users: Any) -> str:
    chosen = "&".join(f"id={user.pk}" for user in users)
    return reverse("wagtail_bulk_action", args=["auth", "user", action]) + f"?{chosen}"


def test_an_operator_makes_no_new_superuser(client: Any, people: People) -> None:
    client.force_login(people.op)
    url = reverse("wagtailusers_users:add")
    assert "is_superuser" not in client.get(url).content.decode()
    client.post(url, account_data("hao", is_superuser="on"))
    assert not get_user_model().objects.get(username="hao").is_superuser


def test_an_operator_raises_no_account_to_superuser(client: Any, people: People) -> None:
    client.force_login(people.op)
    for user in (people.li, people.op):
        assert "is_superuser" not in client.get(edit_url(user)).content.decode()
        client.post(edit_url(user), account_data(user.username, is_superuser="on"))
        user.refresh_from_db()
        assert (user.last_name, user.is_superuser) == ("郝", False)


def test_an_operator_neither_opens_nor_changes_a_superuser(client: Any, people: People, root: Any) -> None:
    client.force_login(people.op)
    assert client.get(edit_url(root)).status_code == 302
    client.post(edit_url(root), account_data("root", email="op@example.com"))
    root.refresh_from_db()
    assert root.check_password("root")
    assert root.email == "root@example.com"
    listing = client.get(reverse("wagtailusers_users:index")).content.decode()
    assert edit_url(people.li) in listing
    assert edit_url(root) not in listing


def test_nobody_but_a_superuser_deletes_a_superuser(client: Any, people: People, root: Any) -> None:
    people.op.user_permissions.add(Permission.objects.get(codename="delete_user"))
    client.force_login(people.op)
    client.post(reverse("wagtailusers_users:delete", args=[root.pk]))
    client.post(bulk_url("delete", root))
    assert get_user_model().objects.filter(pk=root.pk).exists()


def test_many_accounts_at_once_leave_superusers_alone(client: Any, people: People, root: Any) -> None:
    client.force_login(people.op)
    client.post(bulk_url("set_active_state", root, people.li), {"mark_as_active": "False"})
    client.post(bulk_url("assign_role", root, people.rival), {"role": people.company_a.group.pk})
    root.refresh_from_db()
    people.li.refresh_from_db()
    assert (root.is_active, people.li.is_active) == (True, False)
    assert not root.groups.exists()
    assert people.rival.groups.filter(pk=people.company_a.group.pk).exists()


def test_an_account_is_not_copied_with_its_rights(client: Any, people: People, root: Any) -> None:
    client.force_login(people.op)
    address = reverse("wagtailusers_users:index") + f"copy/{root.pk}/"
    assert client.post(address, account_data("hao")).status_code == 404
    assert get_user_model().objects.filter(is_superuser=True).count() == 1


def test_a_superuser_makes_superusers_and_changes_them(client: Any, people: People, root: Any) -> None:
    client.force_login(root)
    client.post(reverse("wagtailusers_users:add"), account_data("hao", is_superuser="on"))
    hao = get_user_model().objects.get(username="hao")
    assert hao.is_superuser
    client.post(edit_url(hao), account_data("hao", email="new@example.com"))
    hao.refresh_from_db()
    assert (hao.email, hao.is_superuser) == ("new@example.com", False)


def test_only_operators_reach_the_accounts(client: Any, people: People) -> None:
    for name in ("li", "rival", "guan", "outsider"):
        client.force_login(getattr(people, name))
        assert client.get(reverse("wagtailusers_users:index")).status_code == 302
        client.post(reverse("wagtailusers_users:add"), account_data("hao"))
    assert not get_user_model().objects.filter(username="hao").exists()
