"""Withdrawing consents and restricting the contact: chosen, confirmed, done; number and code at each step, by POST only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from notices.opinions.consents import Consent, restrict_contact, withdraw_consents
from notices.opinions.forms import LookupForm
from notices.opinions.lookup_views import find_opinion, lookup_page, result_page
from notices.opinions.models import Commenter, Opinion
from notices.opinions.results import RESTRICT, withdrawable
from notices.opinions.views import no_store


class WithdrawalForm(forms.Form):
    """What is taken back."""

    acts = forms.MultipleChoiceField(
        label=gettext_lazy("要撤回或者限制什么"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一项。")},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["acts"].choices = choices  # type: ignore[attr-defined]


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def receipt_consents(request: HttpRequest) -> HttpResponse:
    """Let the writer choose, confirm, and see the result."""
    lookup = LookupForm(request.POST)
    opinion = find_opinion(request, lookup)
    if opinion is None:
        return lookup_page(request, lookup)
    commenter = Commenter.objects.filter(opinion=opinion).first()
    choices = withdrawable(opinion, commenter) if commenter else []
    if not choices:
        return result_page(request, opinion, lookup, note=_("没有可以撤回或者限制的事项。"))
    step = request.POST.get("go", "")
    form = WithdrawalForm(request.POST if step else None, choices=choices)
    if not step or not form.is_valid():
        return _page(request, opinion, lookup, form, "opinions/consents.html")
    if step != "confirm":
        labels = [label for value, label in choices if value in form.cleaned_data["acts"]]
        return _page(request, opinion, lookup, form, "opinions/consents_confirm.html", labels=labels)
    _take_back(opinion, form.cleaned_data["acts"])
    return result_page(request, opinion, lookup, note=_("已办理，立即生效，并已记入台账。"), done=True)


def _take_back(opinion: Opinion, acts: list[str]) -> None:
    now = timezone.now()
    withdraw_consents(opinion=opinion, consents=[Consent(act) for act in acts if act != RESTRICT], now=now)
    if RESTRICT in acts:
        restrict_contact(opinion=opinion, now=now)


def _page(
    request: HttpRequest,
    opinion: Opinion,
    lookup: LookupForm,
    form: WithdrawalForm,
    template: str,
    **extra: Any,
) -> HttpResponse:
    context = {
        "opinion": opinion,
        "page": opinion.notice,
        "demo": opinion.notice.record.demo,
        "code": lookup.cleaned_data["code"],
        "form": form,
        "restrict": RESTRICT,
        **extra,
    }
    return no_store(TemplateResponse(request, template, context))
