"""manage.py reset_second_factor: for the operator who lost phone and recovery codes while nobody else can help."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.signin.second_factor import reset_second_factor


class Command(BaseCommand):
    """Takes an account's authenticator and recovery codes away; recorded and mailed like a reset in the admin."""

    help = "Resets the second factor of an account; at the next sign-in a new authenticator is enrolled."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account and the reason."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset."""
        account = get_user_model().objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"没有用户 {options['username']}。")
        try:
            reset_second_factor(account=account, reason=options["reason"], user=None, now=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        print(f"已重置 {account.get_username()} 的两步验证，下次登录时重新绑定。")
