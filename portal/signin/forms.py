"""Forms of signing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.auth import LoginForm

from portal.signin.lockout import waiting_time
from portal.signin.models import plain_code


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name and password; tells somebody who is locked out how long to wait, and nobody which accounts exist."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the fields plainly; Wagtail's hints say the same again."""
        super().__init__(*args, **kwargs)
        for name, label in (("username", _("用户名")), ("password", _("密码"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)

    def get_invalid_login_error(self) -> forms.ValidationError:
        """Return the one sentence for everything that is wrong, or the waiting time."""
        wait = waiting_time(self.request, self.cleaned_data.get("username", ""), now=timezone.now())
        if wait is None:
            return forms.ValidationError(_("用户名或密码不对，请重新输入。"), code="invalid_login")
        minutes = max(1, -int(-wait.total_seconds() // 60))
        return forms.ValidationError(
            _("登录失败次数过多，请 %(minutes)s 分钟后再试，或者请平台管理员解除锁定。")
            % {"minutes": minutes},
            code="locked",
        )


class CodeForm(forms.Form):
    """One code."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": "", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("请输入验证码。")},
    )

    def __init__(self, *args: Any, digits_only: bool = False, **kwargs: Any) -> None:
        """Bring up the number keys where no recovery code may come."""
        super().__init__(*args, **kwargs)
        if digits_only:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """Return the code in its one form."""
        return plain_code(self.cleaned_data["code"])
