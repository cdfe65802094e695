"""The demo accounts and their passwords, written to an owner-only file once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db import transaction

ACCOUNTS = {
    "proponent": "建设单位经办人（安泽县青岭生态修复有限公司）",
    "consultant": "受托编制单位经办人（代安泽县青岭生态修复有限公司）",
    "rival": "另一建设单位经办人（浮山县北山选矿有限公司）",
    "operator": "平台管理员",
    "deputy": "平台管理员（备岗）",
    "officer": "主管部门工作人员（安泽县、浮山县）",
}


def accounts_file() -> Path:
    """Return where the passwords are written."""
    return Path(settings.DATA_DIR) / "demo-accounts.txt"


def create_account(username: str, *groups: Group) -> User:
    """Create an account with a password from DEMO_PASSWORD or a random one, and write it to the file."""
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
    user = get_user_model().objects.create_user(username, password=password, last_name=ACCOUNTS[username])
    user.groups.set(groups)
    # Written with the account or not at all: a start that is broken off leaves no password of nobody.
    transaction.on_commit(lambda: _write_line(f"{username}\t{password}\t{ACCOUNTS[username]}\n"))
    return user


def _write_line(line: str) -> None:
    descriptor = os.open(accounts_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as handle:
        handle.write(line)
