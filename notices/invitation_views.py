"""The page on which an invited person sets the password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.invitations import InvitationTokens, accept_invitation


class SetPasswordView(PasswordResetConfirmView):
    """Django's own view with our link and words: the token goes into the session, the address is left without it.

    A wrong, used or expired link is answered with a page that says whom to ask, and with status 200: Django logs the
    address of every answer of 400 and above. The page sets no stricter referrer policy than the others: with none at all
    browsers send the form with a null origin, which the CSRF check refuses.
    """

    template_name = "notices/set_password.html"
    success_url = reverse_lazy("wagtailadmin_login")
    token_generator = InvitationTokens()  # type: ignore[assignment]
    title = gettext_lazy("设定登录密码")

    def get_form(self, form_class: Any = None) -> Any:
        """Label the fields plainly."""
        form = super().get_form(form_class)
        form.fields["new_password1"].label = _("密码")
        form.fields["new_password2"].label = _("再输入一次")
        form.fields["new_password2"].help_text = ""
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password and let the link die."""
        response = super().form_valid(form)
        accept_invitation(account=self.user, now=timezone.now())
        messages.success(self.request, _("密码已设定，请登录。"))
        return response
