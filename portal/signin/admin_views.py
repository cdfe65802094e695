"""登录安全: which accounts have a second factor, who is locked out, and what an operator does about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.forms import ReasonForm
from notices.operator_pages import OperatorPage
from notices.permissions import is_operator
from portal.signin.lockout import lift, locked_accounts, locked_addresses
from portal.signin.models import Authenticator, FailedSignIns
from portal.signin.operators import deputy_words
from portal.signin.second_factor import lift_lock, may_reset, reset_second_factor

TITLE = gettext_lazy("登录安全")
ROWS = 50


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with how it signs in."""

    account: Any
    enrolled_at: datetime | None
    locked_until: datetime | None
    resettable: bool


class AccountsView(OperatorPage):
    """The accounts in use, the locked ones first."""

    template_name = "signin/admin/accounts.html"
    page_title = TITLE
    header_icon = "key"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows of the page."""
        now = timezone.now()
        locked = locked_accounts(now=now)
        accounts = (
            get_user_model()
            .objects.filter(is_active=True)
            .annotate(
                codes_left=Count("recovery_codes"),
                rank=Case(When(pk__in=locked, then=Value(0)), default=Value(1), output_field=IntegerField()),
            )
            .order_by("rank", "username")
        )
        page = Paginator(accounts, ROWS).get_page(self.request.GET.get("p"))
        enrolled = dict(Authenticator.objects.filter(user__in=list(page)).values_list("user", "created_at"))
        person = self.request.user
        return super().get_context_data(
            page=page,
            rows=[
                AccountRow(
                    account=account,
                    enrolled_at=enrolled.get(account.pk),
                    locked_until=locked.get(account.pk),
                    resettable=account.pk in enrolled and may_reset(person, account),
                )
                for account in page
            ],
            addresses=locked_addresses(now=now)[:ROWS],
            required=settings.TWO_FACTOR,
            deputy=deputy_words(),
            **kwargs,
        )


@require_POST
def lift_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an account in again."""
    account = get_object_or_404(get_user_model(), pk=pk)
    lift_lock(account=account, user=request.user)
    messages.success(request, _("已解除 %(username)s 的锁定。") % {"username": account.get_username()})
    return redirect("signin_accounts")


@require_POST
def lift_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an address in again."""
    if not is_operator(request.user):
        raise PermissionDenied
    lift(failures=FailedSignIns.objects.filter(pk=pk, address__isnull=False))
    messages.success(request, _("已解除这个地址的锁定。"))
    return redirect("signin_accounts")


class ResetView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """Ask for the reason and take the second factor away."""

    template_name = "signin/admin/reset.html"
    form_class = ReasonForm
    page_title = gettext_lazy("重置两步验证")
    header_icon = "key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators at accounts that are not their own."""
        self.account = get_object_or_404(get_user_model(), pk=kwargs["pk"], is_active=True)
        if not may_reset(request.user, self.account):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the account."""
        return super().get_context_data(account=self.account, **kwargs)

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        """Reset and say so."""
        reason = form.cleaned_data["reason"]
        try:
            reset_second_factor(
                account=self.account, reason=reason, user=self.request.user, now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("已重置 %(username)s 的两步验证，下次登录时重新绑定。")
            % {"username": self.account.get_username()},
        )
        return redirect("signin_accounts")
