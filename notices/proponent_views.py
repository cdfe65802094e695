"""建设单位 in the admin: the list, the entry with accounts and papers, and the papers that are filed there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from notices.models import Authorisation, EntrustmentAgreement, ProponentPage
from notices.onboarding import (
    file_agreement,
    file_authorisation,
    may_file,
    onboard_proponent,
)
from notices.permissions import is_operator
from notices.proponent_details import account_rows, consultant_rows, listed_proponents, visible_proponents
from notices.proponent_forms import AgreementForm, AuthorisationForm, ProponentForm


def entry_url(proponent: ProponentPage) -> str:
    """Return the address of a 建设单位's entry."""
    return reverse("proponents:inspect", args=[proponent.pk])


def proponent_for(user: Any, pk: int) -> ProponentPage:
    """Return a 建设单位 whose entry the person may open; another one's does not exist for them."""
    return get_object_or_404(visible_proponents(user), pk=pk)


class ProponentIndexView(generic.IndexView):  # type: ignore[misc]
    """The list: who is on the platform, and whose papers are missing."""

    model = ProponentPage
    page_title = gettext_lazy("建设单位")
    header_icon = "group"
    index_url_name = "proponents:index"
    index_results_url_name = "proponents:index_results"
    default_ordering = None
    search_fields = ["title", "uscc"]
    search_backend_name = None
    paginate_by = 25

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Turn away those who have no 建设单位 to look at."""
        if not is_operator(request.user) and not visible_proponents(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> Any:
        """Limit to what the person may see."""
        return listed_proponents(self.request.user)

    @cached_property
    def columns(self) -> list[Any]:
        """Return name and state; a row costs no query of its own."""
        return [
            TitleColumn("title", label=_("单位名称"), get_url=entry_url),
            Column("uscc", label=_("统一社会信用代码"), accessor=lambda row: row.uscc or _("未填写")),
            Column("accounts", label=_("可用账号"), width="10%"),
            Column(
                "agreement",
                label=_("委托处理协议"),
                accessor=lambda row: f"{row.agreed_on:%Y-%m-%d}" if row.agreed_on else _("未备案"),
                width="14%",
            ),
            Column("notices", label=_("公示"), accessor="numchild", width="8%"),
        ]

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Offer the first form to operators."""
        if not is_operator(self.request.user):
            return []
        return [HeaderButton(_("新建建设单位"), url=reverse("proponents:add"), icon_name="plus", priority=10)]

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        if self.is_searching:
            return _("没有符合条件的建设单位。")
        return _("还没有建设单位。新建后列在这里，并注明协议是否备案。")


class ProponentInspectView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """The entry of one 建设单位."""

    template_name = "notices/admin/proponent_inspect.html"
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the 建设单位 among those that the person may see."""
        self.proponent = proponent_for(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """Name the 建设单位."""
        return str(self.proponent.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("proponents:index"), "label": _("建设单位")},
            {"url": "", "label": self.proponent.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add papers and accounts."""
        user, now = self.request.user, timezone.now()
        return super().get_context_data(
            proponent=self.proponent,
            agreements=self.proponent.agreements.all(),
            accounts=account_rows(self.proponent, now=now),
            consultants=consultant_rows(self.proponent, today=timezone.localdate(now)),
            may_file=may_file(user, self.proponent),
            may_invite=is_operator(user),
            **kwargs,
        )


class ProponentFormView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """A form at a 建设单位's entry; ``perform`` does it and returns what to say."""

    template_name = "notices/admin/act_form.html"
    header_icon = "group"
    explanation: Any = ""
    submit_label: Any = gettext_lazy("保存")
    operators_only = False
    proponent: ProponentPage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators in, and the own staff where they may file."""
        self.proponent = proponent_for(request.user, kwargs["pk"])
        allowed = is_operator(request.user) or (
            not self.operators_only and may_file(request.user, self.proponent)
        )
        if not allowed:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the 建设单位."""
        return str(self.proponent.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the entry."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("proponents:index"), "label": _("建设单位")},
            {"url": entry_url(self.proponent), "label": self.proponent.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super().get_context_data(
            explanation=self.explanation,
            submit_label=self.submit_label,
            submit_active_label=_("正在保存…"),
            back_url=entry_url(self.proponent),
            **kwargs,
        )

    def perform(self, data: dict[str, Any], form: Any) -> str:
        """Do it and return the message."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        """Perform the act; a refusal is explained beside its field."""
        try:
            said = self.perform(form.cleaned_data, form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, said)
        return redirect(entry_url(self.proponent))


class ProponentAddView(ProponentFormView):
    """The first form: 建设单位, group, page and first account at once."""

    form_class = ProponentForm
    page_title = gettext_lazy("新建建设单位")
    submit_label = gettext_lazy("新建并邀请")
    explanation = gettext_lazy(
        "保存后建立单位页面、账号组和第一个账号。账号没有密码，由本人凭邀请链接或邀请单设定。"
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators in."""
        if not is_operator(request.user):
            raise PermissionDenied
        return super(ProponentFormView, self).dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name nothing: it does not exist yet."""
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("proponents:index"), "label": _("建设单位")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super(ProponentFormView, self).get_context_data(
            explanation=self.explanation,
            submit_label=self.submit_label,
            submit_active_label=_("正在保存…"),
            back_url=reverse("proponents:index"),
            **kwargs,
        )

    def perform(self, data: dict[str, Any], form: Any) -> str:
        """Create everything in one transaction."""
        self.proponent = onboard_proponent(
            name=data["name"],
            uscc=data["uscc"],
            address=data["address"],
            responsible=data["responsible"],
            account=form.new_account(),
            user=self.request.user,
            now=timezone.now(),
        )
        return _("已建立“%(name)s”和账号 %(username)s。请把邀请单交给本人。") % {
            "name": self.proponent.title,
            "username": data["username"],
        }


class AgreementAddView(ProponentFormView):
    """File the agreement of 个人信息保护法 Art. 21."""

    form_class = AgreementForm
    page_title = gettext_lazy("备案委托处理协议")
    submit_label = gettext_lazy("备案")
    explanation = gettext_lazy(
        "建设单位委托平台收集和保存公众的个人信息，须先签订协议，约定目的、期限、方式、种类和保护措施（个人信息保护法第二十一条）。"
        "备案后不能更换，只能再添一份。"
    )

    def perform(self, data: dict[str, Any], form: Any) -> str:
        """File it."""
        file_agreement(
            proponent=self.proponent,
            signed_on=data["signed_on"],
            upload=data["scan"],
            user=self.request.user,
            now=timezone.now(),
        )
        return _("协议已备案。")


class AuthorisationAddView(ProponentFormView):
    """File an authorisation of a consultant."""

    form_class = AuthorisationForm
    page_title = gettext_lazy("备案授权书")
    submit_label = gettext_lazy("备案")
    explanation = gettext_lazy(
        "授权书有效期内，受托编制单位的账号可以提交和办理；期满后只能起草，须另行备案。"
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Say what comes first where there is no consultant yet."""
        proponent = proponent_for(request.user, kwargs["pk"])
        if not proponent.consultants.exists():
            messages.error(request, _("还没有受托编制单位。请平台管理员先为其人员建立账号。"))
            return redirect(entry_url(proponent))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form whose consultants are on offer."""
        return {**super().get_form_kwargs(), "proponent": self.proponent}

    def perform(self, data: dict[str, Any], form: Any) -> str:
        """File it."""
        file_authorisation(
            consultant=data["consultant"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            scope=data["scope"],
            upload=data["scan"],
            user=self.request.user,
            now=timezone.now(),
        )
        return _("授权书已备案。")


def send_scan(scan: Any) -> FileResponse:
    """Send a filed scan, never as a page that could run; a sandbox goes with everything but PDF.

    The styles are those of the page that a browser makes around a picture.
    """
    response = FileResponse(scan.file.open("rb"), filename=scan.file_name, content_type=scan.content_type)
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = f'"{scan.sha256}"'
    if scan.content_type != "application/pdf":
        response["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
        )
    return response


@require_safe
def agreement_file(request: HttpRequest, pk: int, scan_id: int) -> FileResponse:
    """Send an agreement to operators and to the accounts of its own 建设单位."""
    proponent = proponent_for(request.user, pk)
    return send_scan(get_object_or_404(EntrustmentAgreement, pk=scan_id, proponent=proponent))


@require_safe
def authorisation_file(request: HttpRequest, pk: int, scan_id: int) -> FileResponse:
    """Send an authorisation to operators and to the accounts of its own 建设单位."""
    proponent = proponent_for(request.user, pk)
    return send_scan(get_object_or_404(Authorisation, pk=scan_id, consultant__proponent=proponent))
