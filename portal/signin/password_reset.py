"""A forgotten password: how often its mail may be asked for; the answer is the same whether the account exists or not."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.views.account import PasswordResetView

from notices.outbox.services import queue_mail
from notices.throttling import HOUR, client_address, count_up, counter_key

# Offices share one address.
ASKED_AN_HOUR = 30
SENT_AN_HOUR = 3
CATEGORY = "password_reset"
TOO_MANY = _("重置密码的请求太多，请过一小时再试，或者请平台管理员帮助。")


class QueuedResetForm(PasswordResetForm):  # type: ignore[misc]
    """Puts the mail into the outbox: sealed, tried again, and the answer takes no longer for an account that exists."""

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """Queue the letter of one account."""
        queue_mail(
            to=to_email,
            subject=loader.render_to_string(subject_template_name, context),
            body=loader.render_to_string(email_template_name, context),
            category=CATEGORY,
            key=f"{CATEGORY}:{context['user'].pk}:{get_random_string(12)}",
            now=timezone.now(),
        )


class ThrottledResetView(PasswordResetView):  # type: ignore[misc]
    """Wagtail's page, for a sender or an address that has not asked too often."""

    def get_form_class(self) -> type[QueuedResetForm]:
        """Return the form that queues."""
        return QueuedResetForm

    def form_valid(self, form: QueuedResetForm) -> HttpResponse:
        """Send, or say how long to wait."""
        if not may_ask(self.request, form.cleaned_data["email"]):
            form.add_error(None, TOO_MANY)
            answer: HttpResponse = self.form_invalid(form)
            return answer
        sent: HttpResponse = super().form_valid(form)
        return sent


def may_ask(request: HttpRequest, email: str) -> bool:
    """Count a request by its sender and by the address typed, known or not; return whether a mail may go out."""
    if count_up(counter_key("reset", client_address(request), HOUR), HOUR) > ASKED_AN_HOUR:
        return False
    return count_up(counter_key("reset-to", email.casefold(), HOUR), HOUR) <= SENT_AN_HOUR
