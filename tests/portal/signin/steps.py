"""A browser that signs in step by step, and an authenticator app."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django_otp.oath import TOTP

from notices.sealing import master_cipher
from portal.signin.models import Authenticator

LOGIN = "/admin/login/"
CODE = "/admin/signin/code/"
ENROL = "/admin/signin/enrol/"
OWN = "/admin/two-factor/"


def give_password(user: Any, password: str | None = None, **extra: Any) -> tuple[Client, Any]:
    """Return a browser that gave user name and password, and the answer; the password is the name."""
    browser = Client(**extra)
    name = user if isinstance(user, str) else user.get_username()
    return browser, browser.post(LOGIN, {"username": name, "password": password or name})


def app_code(secret: bytes, *, steps: int = 0) -> str:
    """Return what the app shows now, or so many steps of 30 seconds later."""
    return f"{TOTP(secret, drift=steps).token():06}"


def secret_of(user: Any) -> bytes:
    """Return the secret in the person's app."""
    return master_cipher().decrypt(bytes(Authenticator.objects.get(user=user).sealed))


def shown_secret(page: str) -> str:
    """Return the secret that the enrolment page shows in words."""
    found = re.search(r'signin__words">([A-Z2-7 ]+)<', page)
    assert found
    return found[1]


def enrol(user: Any) -> tuple[Client, bytes, list[str]]:
    """Return a browser signed in with a fresh authenticator, its secret and the recovery codes."""
    browser, _answer = give_password(user)
    browser.get(ENROL)
    secret = master_cipher().decrypt(browser.session["signin_secret"].encode())
    page = browser.post(ENROL, {"code": app_code(secret, steps=-1)}).content.decode()
    return browser, secret, re.findall(r"<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>", page)
