"""The administrator and a deputy: two active operators at least, and never none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notices.guards import NoticeRefusedError
from notices.permissions import OPERATOR_GROUP

ENOUGH = 2
LAST_OPERATOR = _("至少要保留一名在用的平台管理员。请先为另一人建立平台管理员账号。")


# How Django marks an account whose holder has not set one yet.
_NO_PASSWORD = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}


class LastOperatorError(NoticeRefusedError):
    """Nobody would be left to run the platform; told as a message like every other refusal in the admin."""


def active_operators() -> QuerySet[Any]:
    """Return the accounts that can run the platform: in use, and with a password."""
    running = Q(is_superuser=True) | Q(pk__in=Group.objects.filter(name=OPERATOR_GROUP).values("user"))
    return get_user_model().objects.filter(running, is_active=True).exclude(**_NO_PASSWORD)


@contextmanager
def keeping_an_operator() -> Iterator[None]:
    """Undo what is done inside when it leaves no active operator. Raises LastOperatorError."""
    with transaction.atomic():
        # Two operators who close each other's account at the same time wait for each other here.
        list(Group.objects.select_for_update().filter(name=OPERATOR_GROUP))
        had = active_operators().exists()
        yield
        if had and not active_operators().exists():
            raise LastOperatorError(LAST_OPERATOR)


def deputy_words() -> str:
    """Return what to do while the administrator has no deputy, "" when there is one."""
    count = active_operators().count()
    if count >= ENOUGH:
        return ""
    return str(
        _("只有一名平台管理员能登录，没有备岗人员。请在 设置 › 用户 再建立一名平台管理员。")
        if count
        else _("没有能登录的平台管理员。请在服务器上运行 manage.py createsuperuser。")
    )
