"""Accounts at a 建设单位's entry: made, invited, invited again, closed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages

from notices.invitations import invitation_link, is_open
from notices.models import ProponentPage
from notices.onboarding import add_account, invite_again, set_account_active
from notices.permissions import is_operator
from notices.printing import PrintingFaultError, PrintingUnavailable, UnprintableTextError
from notices.proponent_forms import AccountForm
from notices.proponent_views import ProponentFormView, ProponentInspectView, entry_url, proponent_for
from notices.sheets import invitation_sheet

PRINTING_FAILURES = (PrintingUnavailable, UnprintableTextError, PrintingFaultError)


class AccountAddView(ProponentFormView):
    """A further account."""

    form_class = AccountForm
    page_title = gettext_lazy("建立账号")
    submit_label = gettext_lazy("建立并邀请")
    operators_only = True

    def perform(self, data: dict[str, Any], form: Any) -> str:
        """Create and invite."""
        add_account(
            proponent=self.proponent, account=form.new_account(), user=self.request.user, now=timezone.now()
        )
        return _("已建立账号 %(username)s。请把邀请单交给本人。") % {"username": data["username"]}


class InvitationView(ProponentInspectView):
    """The live invitation of an account: its link to copy, its sheet to print."""

    template_name = "notices/admin/invitation.html"
    page_title = gettext_lazy("账号邀请")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators in while the link is alive."""
        if not is_operator(request.user):
            raise PermissionDenied
        self.proponent = proponent_for(request.user, kwargs["pk"])
        self.invitation = _live_invitation(self.proponent, kwargs["user_id"])
        if self.invitation is None:
            messages.error(request, _("这个邀请已经用过、过期或者停用，请重新邀请。"))
            return redirect(entry_url(self.proponent))
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_page_title(self) -> str:
        """Name the page."""
        return str(self.page_title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the entry."""
        return [
            *super().get_breadcrumbs_items()[:-1],
            {"url": entry_url(self.proponent), "label": self.proponent.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the link."""
        return super().get_context_data(
            invitation=self.invitation, link=invitation_link(self.invitation), **kwargs
        )


def _account_of(proponent: ProponentPage, user_id: int) -> Any:
    return get_object_or_404(get_user_model(), pk=user_id, groups=proponent.group_id)


def _live_invitation(proponent: ProponentPage, user_id: int) -> Any:
    invitation = getattr(_account_of(proponent, user_id), "invitation", None)
    return invitation if invitation is not None and is_open(invitation, now=timezone.now()) else None


@require_GET
@never_cache
def invitation_sheet_file(request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
    """Send the sheet of a live invitation to an operator."""
    if not is_operator(request.user):
        raise PermissionDenied
    proponent = proponent_for(request.user, pk)
    invitation = _live_invitation(proponent, user_id)
    if invitation is None:
        messages.error(request, _("这个邀请已经用过、过期或者停用，请重新邀请。"))
        return redirect(entry_url(proponent))
    try:
        content = invitation_sheet(proponent=proponent, invitation=invitation, now=timezone.now())
    except PRINTING_FAILURES as error:
        messages.error(request, _("邀请单现在不能生成，请直接复制链接。%(reason)s") % {"reason": error})
        return redirect("proponents:invitation", pk, user_id)
    shown = {"Content-Disposition": 'inline; filename="invitation.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=shown)


@require_POST
def renew_invitation(request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
    """Issue a new invitation; the old link dies."""
    proponent = proponent_for(request.user, pk)
    invite_again(
        proponent=proponent, account=_account_of(proponent, user_id), user=request.user, now=timezone.now()
    )
    messages.success(request, _("已重新邀请，旧链接失效。"))
    return redirect("proponents:invitation", pk, user_id)


@require_POST
def switch_account(request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
    """Close or reopen an account."""
    proponent = proponent_for(request.user, pk)
    account, active = _account_of(proponent, user_id), request.POST.get("active") == "1"
    set_account_active(proponent=proponent, account=account, active=active, user=request.user)
    messages.success(request, _("账号已启用。") if active else _("账号已停用，不能再登录。"))
    return redirect(entry_url(proponent))
