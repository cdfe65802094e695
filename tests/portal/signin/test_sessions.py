"""A session ends by itself, and elsewhere when the password changes; passwords are long and not everybody's."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.people import People
from tests.portal.signin.steps import CODE, LOGIN, enrol, give_password

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = "Qingshui-2026-gou"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def is_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


def test_an_idle_session_ends_and_says_so(people: People, settings: Any, clock: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    browser = enrol(people.op)[0]
    for _minutes in range(3):
        clock.shift(29 * 60)
        assert is_in(browser)
    clock.shift(30 * 60)
    answer = browser.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == LOGIN
    assert "登录已超过有效时间" in answer.content.decode()


def test_no_session_outlives_its_hours(people: People, settings: Any, clock: Any) -> None:
    settings.SESSION_HOURS = 2
    browser = enrol(people.op)[0]
    for _quarter in range(7):
        clock.shift(15 * 60)
        assert is_in(browser)
    clock.shift(15 * 60)
    assert not is_in(browser)


def test_a_page_left_open_that_asks_by_itself_keeps_no_session_alive(people: People, clock: Any) -> None:
    browser = enrol(people.op)[0]
    for _quarter in range(4):
        clock.shift(15 * 60)
        browser.post("/admin/editing-sessions/ping/wagtailcore/page/1/1/")
    assert not is_in(browser)


def test_half_way_ends_after_a_quarter_of_an_hour(people: People, clock: Any) -> None:
    enrol(people.op)
    browser, _answer = give_password(people.op)
    clock.shift(14 * 60)
    assert browser.get(CODE).status_code == 200
    clock.shift(60)
    assert browser.get("/admin/")["Location"].startswith(LOGIN)


def test_a_request_after_another_writes_nothing(people: People) -> None:
    browser = enrol(people.op)[0]
    browser.get("/admin/account/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/admin/account/")
    assert not [query for query in queries if "django_session" in query["sql"] and "UPDATE" in query["sql"]]


def test_a_new_password_signs_out_elsewhere_and_not_here(people: People) -> None:
    here, _secret, codes = enrol(people.op)
    there, _answer = give_password(people.op)
    there.post(CODE, {"code": codes[0]})
    assert is_in(there)
    answer = here.post(
        "/admin/account/",
        {
            "name_email-first_name": "明",
            "name_email-last_name": "王",
            "name_email-email": "op@example.gov.cn",
            "notifications-submitted_notifications": "on",
            "locale-preferred_language": "zh-hans",
            "locale-current_time_zone": "Asia/Shanghai",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
            "password-old_password": "op",
            "password-new_password1": NEW,
            "password-new_password2": NEW,
        },
    )
    assert answer.status_code == 302, answer.context["panels_by_tab"]
    assert is_in(here)
    assert there.get("/admin/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Duan-9-zhe", "12"),
        ("1q2w3e4r5t6y", "常见"),
        ("831002199703", "数字"),
        ("guanzhongming", "相似"),
    ],
)
def test_weak_passwords_are_refused(people: People, password: str, words: str) -> None:
    people.guan.last_name = "guanzhongming"
    with pytest.raises(ValidationError) as refused:
        validate_password(password, people.guan)
    assert any(words in message for message in refused.value.messages), refused.value.messages


def test_the_sign_in_page_makes_no_promise_to_remember(people: People) -> None:
    assert 'name="remember"' not in Client().get(LOGIN).content.decode()


def test_the_account_page_takes_no_picture_of_oneself(people: People) -> None:
    page = enrol(people.op)[0].get("/admin/account/").content.decode()
    assert 'name="password-old_password"' in page
    assert 'type="file"' not in page
