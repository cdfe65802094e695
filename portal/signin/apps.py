"""The signin app: authenticators, recovery codes and failed attempts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInConfig(AppConfig):
    """Has each sign-in begin the time of its session."""

    name = "portal.signin"
    label = "signin"
    verbose_name = _("登录安全")

    def ready(self) -> None:
        """Connect the signal."""
        from django.contrib.auth.signals import user_logged_in

        from portal.signin.sessions import begin_session

        user_logged_in.connect(begin_session, dispatch_uid="signin.begin_session")
