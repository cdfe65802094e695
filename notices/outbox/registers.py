"""待发邮件: the operators' list of mails, with masked addresses, and sending again what failed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet

from notices.outbox.delivery import masked_address, masked_addresses
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import send_again

CATEGORY_LABELS = {
    "reminder": gettext_lazy("办理提醒"),
    "opinion_receipt": gettext_lazy("意见回执"),
    "opinion_answer": gettext_lazy("意见答复"),
    "closing_certificate": gettext_lazy("截止证明"),
    "subscription": gettext_lazy("邮件提醒"),
    "invitation": gettext_lazy("账号邀请"),
    "second_factor": gettext_lazy("两步验证"),
    "password_reset": gettext_lazy("重置密码"),
}


def category_label(mail: OutboxMail) -> str:
    """Return what the mail is about, in a word."""
    return str(CATEGORY_LABELS.get(mail.category, mail.category))


class MailFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """By state."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("状态"), choices=MailState.choices, empty_label=gettext_lazy("全部")
    )

    class Meta:
        model = OutboxMail
        fields: list[str] = []


class MailIndexView(generic.IndexView):  # type: ignore[misc]
    """The list."""

    page_title = gettext_lazy("待发邮件")
    filterset_class = MailFilterSet
    default_ordering = ("-created_at", "-pk")

    @cached_property
    def columns(self) -> list[Any]:
        """Return the columns; a failed mail leads to its being sent again."""
        return [
            self._get_title_column_class(TitleColumn)(
                "subject", label=_("主题"), accessor="subject", get_url=_resend_url
            ),
            Column("category", label=_("类别"), accessor=category_label, width="10%"),
            Column("address", label=_("收件人"), accessor=self._recipient, width="16%"),
            Column("state", label=_("状态"), accessor=_state, width="10%"),
            Column("error", label=_("最近的错误"), accessor="last_error", width="16%"),
            Column("time", label=_("时间"), accessor=_time, width="13%"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Open the addresses of the page together."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        self._addresses = masked_addresses(context["object_list"])
        return context

    def _recipient(self, mail: OutboxMail) -> str:
        return self._addresses.get(mail.pk) or _("已删除")

    def get_list_more_buttons(self, instance: OutboxMail) -> list[Any]:
        """Offer nothing: a failed mail's title leads on."""
        return []

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        return (
            _("没有符合条件的邮件。")
            if self.is_filtering
            else _("还没有邮件。系统发出的提醒和通知列在这里。")
        )


def _can_be_resent(mail: OutboxMail) -> bool:
    return mail.state == MailState.FAILED and mail.sealed is not None


def _resend_url(mail: OutboxMail) -> str | None:
    return reverse("outbox_mail:resend", args=[mail.pk]) if _can_be_resent(mail) else None


def _state(mail: OutboxMail) -> str:
    if mail.state == MailState.QUEUED and mail.attempts:
        return _("待重试（已试 %(count)s 次）") % {"count": mail.attempts}
    return str(mail.get_state_display())


def _time(mail: OutboxMail) -> str:
    return f"{timezone.localtime(mail.sent_at or mail.created_at):%Y-%m-%d %H:%M}"


class ResendView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Ask, and send a failed mail again."""

    template_name = "outbox/admin/resend.html"
    page_title = gettext_lazy("重发邮件")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whoever may change mails."""
        if not request.user.has_perm("outbox.change_outboxmail"):
            raise PermissionDenied
        self.mail = get_object_or_404(OutboxMail, pk=kwargs["pk"])
        if not _can_be_resent(self.mail):
            messages.error(request, _("这封邮件不用重发，或者内容已按期删除。"))
            return redirect("outbox_mail:index")
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse("outbox_mail:index"), "label": _("待发邮件")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the mail with its masked address."""
        return super().get_context_data(
            mail=self.mail,
            recipient=masked_address(self.mail),
            back_url=reverse("outbox_mail:index"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Queue it anew."""
        if send_again(mail=self.mail, now=timezone.now()):
            messages.success(request, _("已重新排队发送。"))
        return redirect("outbox_mail:index")


class OutboxViewSet(ModelViewSet):  # type: ignore[misc]
    """The list as Wagtail registers it, and sending again; nothing that changes a mail."""

    model = OutboxMail
    name = "outbox_mail"
    icon = "mail"
    menu_label = gettext_lazy("待发邮件")
    menu_order = 240
    add_to_settings_menu = True
    add_to_reference_index = False
    form_fields: list[str] = []
    index_view_class = MailIndexView
    copy_view_enabled = False
    list_per_page = 25

    def get_urlpatterns(self) -> list[Any]:
        """Return the list, its refresh and the one act."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("resend/<int:pk>/", ResendView.as_view(), name="resend"),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Name no address that is not there."""
        names = ("history", "usage", "add", "edit", "delete", "inspect")
        return {**super().get_common_view_kwargs(**kwargs), **{f"{name}_url_name": None for name in names}}

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Return a form without fields: nothing is edited here."""
        return forms.Form
