"""Staff's acts on opinions: answering, reading contacts with a reason; and where to begin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.form_errors import show_refusal
from notices.models import NoticePage, NoticeRecord
from notices.opinions.access import read_contacts
from notices.opinions.admin_forms import ContactsForm
from notices.opinions.feedback import awaits_answer
from notices.opinions.models import AccessBasis
from notices.opinions.permissions import answerable_notices, bases_for, notices_with_contacts
from notices.opinions.worklist import on_behalf_sentence
from notices.permissions import visible_records

NOTICES_PER_PAGE = 50


class NoticeChoiceView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Every notice with its opinions counted, and what the person may do with them."""

    template_name = "opinions/admin/notice_choice.html"
    page_title = gettext_lazy("按公示办理")
    header_icon = "comment"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register."""
        return [*self.breadcrumbs_items, *register_crumb(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of notices; what the person may do with them is asked once for all."""
        user = self.request.user
        records = (
            visible_records(NoticeRecord.objects.public(), user)
            .filter(historical=False)
            .select_related("page")
            .annotate(
                total=Count("page__opinions", distinct=True),
                unanswered=Count("page__opinions", filter=awaits_answer("page__opinions__"), distinct=True),
                on_behalf=Count(
                    "page__opinions", filter=Q(page__opinions__transcriber__isnull=False), distinct=True
                ),
            )
            .order_by("-published_on", "-pk")
        )
        listing = Paginator(records, NOTICES_PER_PAGE).get_page(self.request.GET.get("page"))
        shown = [record.page_id for record in listing]
        own = set(answerable_notices(user).filter(pk__in=shown).values_list("pk", flat=True))
        readable = set(notices_with_contacts(user).filter(pk__in=shown).values_list("pk", flat=True))
        rows = [
            {
                "record": record,
                "on_behalf": on_behalf_sentence(getattr(record, "on_behalf", 0), getattr(record, "total", 0)),
                "answer": getattr(record, "total", 0) and record.page_id in own,
                "record_on_behalf": record.page_id in own,
                "contacts": getattr(record, "total", 0) and record.page_id in readable,
            }
            for record in listing
        ]
        return super().get_context_data(rows=rows, listing=listing, **kwargs)


def register_crumb() -> list[dict[str, Any]]:
    """Return the way back to the register."""
    return [{"url": reverse("opinion_register:index"), "label": _("公众意见")}]


class NoticeView(WagtailAdminTemplateMixin):  # type: ignore[misc]
    """A page about the opinions of one notice, open to those whom ``allowed`` lets in."""

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Return whether the person may act on this notice."""
        raise NotImplementedError

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whoever may act on this notice."""
        notices = NoticePage.objects.select_related("record", "project")
        self.notice = get_object_or_404(notices, pk=kwargs["notice_id"], record__published_at__isnull=False)
        if not self.allowed(request.user, self.notice):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return f"{self.notice.record.code} {self.notice.project_name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register."""
        return [*self.breadcrumbs_items, *register_crumb(), {"url": "", "label": self.page_title}]


class NoticeFormView(NoticeView, FormView):  # type: ignore[misc,type-arg]
    """A form about the opinions of one notice."""

    template_name = "opinions/admin/act_form.html"
    submit_label: Any = gettext_lazy("保存")
    submit_active_label: Any = gettext_lazy("正在保存…")
    explanation: Any = ""

    def get_initial(self) -> dict[str, Any]:
        """Tick the opinion from which the person came."""
        chosen = self.request.GET.get("opinion", "")
        return {"opinions": [chosen]} if chosen.isdigit() else {}

    def get_success_url(self) -> str:
        """Lead to the list of this notice's opinions."""
        return f"{reverse('opinion_register:index')}?notice={self.notice.pk}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super().get_context_data(
            notice=self.notice,
            explanation=self.explanation,
            submit_label=self.submit_label,
            submit_active_label=self.submit_active_label,
            back_url=self.get_success_url(),
            **kwargs,
        )

    def refused(self, form: forms.Form, error: ValidationError) -> HttpResponse:
        """Show what a service refused beside its field."""
        show_refusal(form, error)
        return self.form_invalid(form)


class ContactsView(NoticeFormView):
    """Read page two of a batch, after saying why; the answer is shown once and kept nowhere."""

    form_class = ContactsForm
    page_title = gettext_lazy("查阅联系方式")
    header_icon = "user"
    submit_label = gettext_lazy("查阅")
    submit_active_label = gettext_lazy("正在打开…")
    explanation = gettext_lazy(
        "每次查阅都记录查阅人、时间、原因和意见编号。请只用于向公众反馈，不得转作他用。"
    )

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let in whoever has a lawful ground now."""
        return bool(bases_for(user, notice.record, now=timezone.now()))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer this notice's opinions and the person's grounds."""
        bases = bases_for(self.request.user, self.notice.record, now=timezone.now())
        return {**super().get_form_kwargs(), "notice": self.notice, "bases": bases}

    def form_valid(self, form: ContactsForm) -> HttpResponse:
        """Record the access and show the batch."""
        data = form.cleaned_data
        try:
            opened = read_contacts(
                opinions=data["opinions"],
                user=self.request.user,
                basis=AccessBasis(data["basis"]),
                reason=data["reason"],
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        rows = [(opinion, opened[opinion.pk]) for opinion in data["opinions"]]
        return self.render_to_response(self.get_context_data(form=form, rows=rows))

    def get_template_names(self) -> list[str]:
        """Return the form's template, which also shows an opened batch."""
        return ["opinions/admin/contacts.html"]
