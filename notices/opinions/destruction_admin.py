"""Destroying unlawful content in the admin: proposing, deciding, and the list of what waits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.models import NoticePage
from notices.opinions.admin_views import register_crumb
from notices.opinions.destruction import (
    LAPSES_AFTER,
    confirm_destruction,
    may_decide,
    may_propose,
    open_proposal,
    propose_destruction,
    reject_destruction,
)
from notices.opinions.forms import CleanedLine, CleanedText
from notices.opinions.models import DestructionGround, DestructionProposal, ProposalState
from notices.opinions.redaction import quotes
from notices.opinions.redaction_admin import OpinionFormView
from notices.permissions import is_operator


class ProposalForm(forms.Form):
    """Ground, document and reason."""

    ground = forms.ChoiceField(
        label=gettext_lazy("法律依据"), choices=DestructionGround.choices, widget=forms.RadioSelect
    )
    document = CleanedLine(
        label=gettext_lazy("依据文书或报告情况"),
        max_length=200,
        help_text=gettext_lazy("有关机关文书的名称、文号；依法须先保存记录并报告的，写明报告机关和日期。"),
    )
    reason = CleanedText(
        label=gettext_lazy("原因"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("只写性质，不引用意见中的文字，不写姓名。"),
    )


class ProposeDestructionView(OpinionFormView):
    """Propose to destroy the content of an opinion."""

    form_class = ProposalForm
    page_title = gettext_lazy("申请销毁内容")
    header_icon = "bin"
    submit_label = gettext_lazy("提交申请")
    explanation = gettext_lazy(
        "只用于法律不允许保存的内容；涉及个人信息的，一般遮盖即可。须由平台管理员中的另一人确认，三十天内未确认即失效。"
        "销毁后不能恢复，编号和台账保留。"
    )

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let in whoever may propose."""
        return may_propose(user, self.opinion)

    def possible(self) -> bool:
        """Return whether nothing waits for a decision."""
        return super().possible() and open_proposal(self.opinion) is None

    def form_valid(self, form: ProposalForm) -> HttpResponse:
        """Propose."""
        try:
            propose_destruction(
                opinion=self.opinion, **form.cleaned_data, user=self.request.user, now=timezone.now()
            )
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(self.request, _("已提交，等待平台管理员确认。"))
        return redirect(self.get_success_url())


class DecisionForm(forms.Form):
    """Yes or no; a no needs a reason, a yes the receipt number typed in."""

    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=[("reject", gettext_lazy("不予销毁")), ("confirm", gettext_lazy("销毁内容"))],
        widget=forms.RadioSelect,
    )
    reason = CleanedText(
        label=gettext_lazy("不予销毁的原因"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    number = CleanedLine(
        label=gettext_lazy("销毁的，请再输入一次回执编号"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs."""
        data: dict[str, Any] = super().clean() or {}
        decision = data.get("decision")
        if decision == "reject" and not data.get("reason"):
            self.add_error("reason", _("请写明原因。"))
        if decision == "confirm" and data.get("number") != self.expected:
            self.add_error("number", _("编号不一致，请照上面的回执编号输入。"))
        return data


class DecideDestructionView(OpinionFormView):
    """Decide on a proposal, after reading the content once more."""

    form_class = DecisionForm
    template_name = "opinions/admin/destruction_decide.html"
    page_title = gettext_lazy("确认销毁")
    header_icon = "bin"
    submit_label = gettext_lazy("提交决定")

    def possible(self) -> bool:
        """Return whether a proposal waits."""
        self.proposal = open_proposal(self.opinion)
        return super().possible() and self.proposal is not None

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let in an operator who did not propose."""
        return self.proposal is not None and may_decide(user, self.proposal)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the number that must be typed."""
        return {**super().get_form_kwargs(), "expected": self.opinion.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the proposal, its last day, and whether the answer repeats the content."""
        answer = self.opinion.answer
        return super().get_context_data(
            proposal=self.proposal,
            lapses_on=self.proposal and self.proposal.proposed_at + LAPSES_AFTER,
            quoted=answer is not None and quotes(answer.reason, self.opinion.text, run=12),
            grave=True,
            **kwargs,
        )

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        """Destroy or turn down."""
        if self.proposal is None:
            raise PermissionDenied
        user, now = self.request.user, timezone.now()
        try:
            if form.cleaned_data["decision"] == "confirm":
                confirm_destruction(proposal=self.proposal, user=user, now=now)
                messages.success(self.request, _("内容已销毁，编号和台账保留。"))
            else:
                reason = form.cleaned_data["reason"]
                reject_destruction(proposal=self.proposal, reason=reason, user=user, now=now)
                messages.success(self.request, _("已登记不予销毁。"))
        except ValidationError as error:
            return self.refused(form, error)
        return redirect(self.get_success_url())


class DestructionListView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Every proposal for operators: what waits first, then what was decided."""

    template_name = "opinions/admin/destructions.html"
    page_title = gettext_lazy("销毁申请")
    header_icon = "bin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators in."""
        if not is_operator(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register."""
        return [*self.breadcrumbs_items, *register_crumb(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the proposals."""
        proposals = DestructionProposal.objects.select_related(
            "opinion__notice__record", "proposed_by", "decided_by"
        ).order_by("-pk")
        waiting = [
            {"proposal": row, "mine": not may_decide(self.request.user, row)}
            for row in proposals.filter(state=ProposalState.OPEN)
        ]
        decided = list(proposals.exclude(state=ProposalState.OPEN)[:100])
        return super().get_context_data(waiting=waiting, decided=decided, **kwargs)
