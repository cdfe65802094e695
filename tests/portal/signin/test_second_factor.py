"""Signing in with a second step: enrolled first, a code once, recovery codes, and the reset by somebody else."""

from __future__ import annotations

from base64 import b32decode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from notices.sealing import key_file
from portal.key_rotation import rotate
from portal.signin.models import Authenticator, RecoveryCode
from tests.people import People
from tests.portal.signin.steps import (
    CODE,
    ENROL,
    OWN,
    app_code,
    enrol,
    give_password,
    secret_of,
    shown_secret,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def verify(user: Any, code: str) -> tuple[Client, Any]:
    browser, _answer = give_password(user)
    return browser, browser.post(CODE, {"code": code})


def is_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


def test_the_first_sign_in_enrols_before_anything_else_opens(people: People) -> None:
    browser, answer = give_password(people.guan)
    assert browser.get(answer["Location"])["Location"].startswith(CODE)
    answer = browser.get("/admin/account/", follow=True)
    page = answer.content.decode()
    assert answer.request["PATH_INFO"] == ENROL
    assert "<svg" in page
    assert "no-store" in answer["Cache-Control"]
    secret = b32decode(shown_secret(page).replace(" ", ""))
    assert len(secret) == 20
    # A reload shows the same code, so that what was scanned already works.
    assert shown_secret(browser.get(ENROL).content.decode()) == shown_secret(page)
    assert "验证码不对" in browser.post(ENROL, {"code": "000000"}).content.decode()
    assert not is_in(browser)
    answer = browser.post(ENROL, {"code": app_code(secret), "next": "/admin/account/"})
    assert "恢复码只显示这一次" in answer.content.decode()
    assert 'href="/admin/account/"' in answer.content.decode()
    assert is_in(browser)


def test_the_secret_belongs_to_one_session_and_is_kept_sealed(people: People) -> None:
    first, _answer = give_password(people.li)
    second, _answer = give_password(people.li)
    shown = [shown_secret(browser.get(ENROL).content.decode()) for browser in (first, second)]
    assert shown[0] != shown[1]
    secret = b32decode(shown[1].replace(" ", ""))
    second.post(ENROL, {"code": app_code(secret)})
    sealed = bytes(Authenticator.objects.get(user=people.li).sealed)
    assert secret not in sealed
    assert shown[1].replace(" ", "").encode() not in sealed
    # Whoever else has the password cannot put another app in its place.
    other = b32decode(shown[0].replace(" ", ""))
    assert first.post(ENROL, {"code": app_code(other)}).status_code == 302
    assert secret_of(people.li) == secret
    assert not is_in(first)


def test_later_a_code_of_the_app_opens_the_admin(people: People) -> None:
    _browser, secret, _codes = enrol(people.guan)
    browser, answer = verify(people.guan, "123456")
    assert "验证码不对" in answer.content.decode()
    assert not is_in(browser)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        # As an input method for Chinese leaves it.
        wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in app_code(secret))
        browser, answer = verify(people.guan, wide)
        assert answer["Location"] == "/admin/"
        assert is_in(browser)


def test_a_code_is_accepted_once(people: People) -> None:
    _browser, secret, _codes = enrol(people.guan)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False) as clock:
        code = app_code(secret)
        assert is_in(verify(people.guan, code)[0])
        browser, answer = verify(people.guan, code)
        assert "已经用过" in answer.content.decode()
        assert not is_in(browser)
        clock.shift(2)
        # Nor one that the app showed before it.
        assert not is_in(verify(people.guan, app_code(secret, steps=-1))[0])


def test_the_code_of_the_enrolment_is_used_up(people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        _browser, secret, _codes = enrol(people.guan)
        assert not is_in(verify(people.guan, app_code(secret, steps=-1))[0])


def test_wrong_codes_make_the_next_one_wait(people: People) -> None:
    _browser, secret, codes = enrol(people.guan)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False) as clock:
        browser, _answer = give_password(people.guan)
        for wait in (1, 2, 4):
            assert "验证码不对" in browser.post(CODE, {"code": "123456"}).content.decode()
            # A right one meanwhile is not looked at either, of the app or of the paper.
            for code in (app_code(secret), codes[0]):
                assert f"请 {wait} 秒后再试" in browser.post(CODE, {"code": code}).content.decode()
            clock.shift(wait)
        assert browser.post(CODE, {"code": app_code(secret)}).status_code == 302
        assert RecoveryCode.objects.filter(user=people.guan).count() == 10


def test_ten_recovery_codes_work_once_each_and_only_for_their_owner(people: People) -> None:
    _browser, _secret, codes = enrol(people.guan)
    enrol(people.li)
    assert len(set(codes)) == 10
    kept = "".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code.replace("-", "") in kept for code in codes)
    assert not is_in(verify(people.li, codes[0])[0])
    assert is_in(verify(people.guan, codes[0].lower().replace("-", " "))[0])
    assert not is_in(verify(people.guan, codes[0])[0])
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert is_in(verify(people.guan, codes[1])[0])
    assert RecoveryCode.objects.filter(user=people.guan).count() == 8


def test_new_recovery_codes_need_a_code_and_replace_the_old_ones(people: People) -> None:
    browser, secret, old = enrol(people.guan)
    assert "恢复码还剩 10 个" in browser.get(OWN).content.decode()
    assert "验证码不对" in browser.post(OWN, {"code": "123456", "renew": "1"}).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False) as clock:
        page = browser.post(OWN, {"code": app_code(secret), "renew": "1"}).content.decode()
        assert "以前的恢复码都作废了" in page
        assert not any(code in page for code in old)
        assert not is_in(verify(people.guan, old[0])[0])
        clock.shift(60)
        new = page.split("signin__codes")[1].split("<li>")[1][:19]
        assert is_in(verify(people.guan, new)[0])


def test_another_app_takes_the_place_of_the_old_one_with_a_code(people: People) -> None:
    browser, secret, codes = enrol(people.guan)
    assert browser.post(OWN, {"code": codes[0], "replace": "1"}).status_code == 302
    assert browser.get("/admin/", follow=True).request["PATH_INFO"] == ENROL
    enrol(people.guan)
    assert secret_of(people.guan) != secret
    assert not is_in(verify(people.guan, codes[1])[0])


def test_an_operator_resets_with_a_reason_which_is_recorded_and_mailed(
    people: People, django_capture_on_commit_callbacks: Any
) -> None:
    people.guan.email = "guan@example.gov.cn"
    people.guan.save()
    lost, _secret, codes = enrol(people.guan)
    browser = enrol(people.op)[0]
    url = f"/admin/signin-security/{people.guan.pk}/reset/"
    assert url in browser.get("/admin/signin-security/").content.decode()
    assert "作废" in browser.get(url).content.decode()
    assert browser.post(url, {"reason": "丢"}).status_code == 200
    assert Authenticator.objects.filter(user=people.guan).exists()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url, {"reason": "本人到场，手机丢失"})
    # Sessions that were open are shut with it.
    assert lost.get("/admin/", follow=True).request["PATH_INFO"] == ENROL
    assert not RecoveryCode.objects.filter(user=people.guan).exists()
    entry = ModelLogEntry.objects.get(action="signin.reset")
    assert (entry.user, entry.object_id, entry.data["reason"]) == (
        people.op,
        str(people.guan.pk),
        "本人到场，手机丢失",
    )
    history = browser.get("/admin/reports/site-history/").content.decode()
    assert "重置两步验证：本人到场，手机丢失" in history
    (letter,) = mail.outbox
    assert letter.to == ["guan@example.gov.cn"]
    assert "已重置" in letter.subject
    assert "guan" in letter.body
    assert not is_in(verify(people.guan, codes[0])[0])


@pytest.mark.parametrize("name", ["li", "zhao", "rival", "guan"])
def test_nobody_but_operators_sees_or_resets(people: People, name: str) -> None:
    enrol(people.op)
    browser = enrol(getattr(people, name))[0]
    assert browser.get("/admin/signin-security/").status_code in (302, 403)
    browser.post(f"/admin/signin-security/{people.op.pk}/reset/", {"reason": "本人到场，手机丢失"})
    assert Authenticator.objects.filter(user=people.op).exists()


def test_nobody_resets_the_own_one_nor_an_operator_a_superusers(
    people: People, django_user_model: Any
) -> None:
    root = django_user_model.objects.create_superuser("root", password="root")
    enrol(root)
    browser = enrol(people.op)[0]
    for account in (people.op, root):
        browser.post(f"/admin/signin-security/{account.pk}/reset/", {"reason": "本人到场，手机丢失"})
        assert Authenticator.objects.filter(user=account).exists()


def test_on_the_machine_itself_a_lonely_operator_is_helped(people: People, capsys: Any) -> None:
    enrol(people.op)
    with pytest.raises(CommandError, match="没有用户"):
        call_command("reset_second_factor", "nobody", reason="手机丢失")
    with pytest.raises(CommandError, match="请写明原因"):
        call_command("reset_second_factor", "op", reason="x")
    call_command("reset_second_factor", "op", reason="手机和恢复码都丢失")
    assert "下次登录时重新绑定" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert ModelLogEntry.objects.filter(action="signin.reset", user=None).exists()


def test_secrets_move_under_a_new_master_key(people: People) -> None:
    _browser, secret, _codes = enrol(people.guan)
    rotate()
    key_file.drop_old_keys()
    assert secret_of(people.guan) == secret


def test_a_secret_that_no_key_opens_is_said_and_recovery_codes_still_work(people: People) -> None:
    _browser, _secret, codes = enrol(people.guan)
    Authenticator.objects.update(sealed=b"from another key")
    browser, _answer = give_password(people.guan)
    assert "读不出您的验证器密钥" in browser.post(CODE, {"code": "123456"}).content.decode()
    assert browser.post(CODE, {"code": codes[0]}).status_code == 302


def test_the_list_of_accounts_costs_the_same_however_many_there_are(
    people: People, django_user_model: Any
) -> None:
    browser = enrol(people.op)[0]
    browser.get("/admin/signin-security/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/admin/signin-security/")
    django_user_model.objects.bulk_create(django_user_model(username=f"clerk{n}") for n in range(60))
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/admin/signin-security/").content.decode()
    assert len(many) == len(few)
    assert "第 1 页，共 2 页" in page


def test_a_way_back_leads_nowhere_else(people: People) -> None:
    _browser, _secret, codes = enrol(people.guan)
    browser, _answer = give_password(people.guan)
    assert (
        browser.post(CODE, {"code": codes[0], "next": "https://elsewhere.example/"})["Location"] == "/admin/"
    )
