"""The administrator has a deputy, and the last operator stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from notices.permissions import OPERATOR_GROUP
from portal.checks import check_deputy
from portal.signin.operators import active_operators
from tests.people import People

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _password_only(settings: Any, _required: None, people: People) -> None:
    settings.TWO_FACTOR = False
    # The one who took the consultant's papers in.
    active_operators().exclude(pk=people.op.pk).update(is_active=False)


@pytest.fixture
def deputy(people: People, django_user_model: Any) -> Any:
    user = django_user_model.objects.create_user("deputy", password="deputy")
    user.groups.add(Group.objects.get(name=OPERATOR_GROUP))
    return user


def signed_in(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def save(browser: Client, user: Any, **changes: Any) -> Any:
    fields = {"username": user.username, "email": "a@example.com", "last_name": "王", "first_name": "明",
              "password1": "", "password2": ""}  # fmt: skip
    return browser.post(reverse("wagtailusers_users:edit", args=[user.pk]), {**fields, **changes})


def test_one_operator_is_warned_about_at_the_start_and_in_the_admin(
    people: People, django_user_model: Any
) -> None:
    assert [warning.id for warning in check_deputy(databases=["default"])] == ["portal.W004"]
    browser = signed_in(people.op)
    for path in ("/admin/operation/", "/admin/signin-security/"):
        assert "没有备岗人员" in browser.get(path).content.decode()
    # Neither a closed account nor one that was never opened is a deputy.
    for name, values in (("away", {"is_active": False, "password": "x"}), ("invited", {})):
        django_user_model.objects.create_user(name, **values).groups.add(
            Group.objects.get(name=OPERATOR_GROUP)
        )
    assert check_deputy(databases=["default"])


def test_two_operators_are_enough(people: People, deputy: Any) -> None:
    assert check_deputy(databases=["default"]) == []
    browser = signed_in(people.op)
    for path in ("/admin/operation/", "/admin/signin-security/"):
        assert "没有备岗人员" not in browser.get(path).content.decode()


def test_the_last_operator_keeps_the_role(people: People) -> None:
    page = save(signed_in(people.op), people.op).content.decode()
    assert "至少要保留一名在用的平台管理员" in page
    people.op.refresh_from_db()
    assert list(active_operators()) == [people.op]
    assert people.op.last_name == ""


def test_with_a_deputy_the_role_is_given_up(people: People, deputy: Any) -> None:
    assert save(signed_in(people.op), people.op).status_code == 302
    assert list(active_operators()) == [deputy]


def test_the_last_one_with_a_password_is_not_closed(people: People, deputy: Any) -> None:
    # The one who acts may have lost the role or the account a moment ago in another window.
    browser = signed_in(people.op)
    people.op.set_unusable_password()
    people.op.save()
    browser.force_login(people.op)
    assert (
        "至少要保留"
        in save(browser, deputy, groups=[Group.objects.get(name=OPERATOR_GROUP).pk]).content.decode()
    )
    url = reverse("wagtail_bulk_action", args=["auth", "user", "set_active_state"]) + f"?id={deputy.pk}"
    answer = browser.post(url, {"mark_as_active": "False"}, follow=True)
    assert "至少要保留" in answer.content.decode()
    deputy.refresh_from_db()
    assert deputy.is_active
