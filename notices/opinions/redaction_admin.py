"""Redacting an opinion: passages to strike, a preview, and taking a redaction back."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from notices.models import NoticePage
from notices.opinions.admin_views import NoticeFormView
from notices.opinions.answering import redact_opinion, withdraw_redaction
from notices.opinions.forms import CleanedText
from notices.opinions.models import Opinion, Redaction
from notices.opinions.permissions import may_answer, visible_opinions
from notices.opinions.redaction import (
    PassageMissingError,
    PassageTooShortError,
    passages_of,
    strike,
)
from notices.opinions.text import personal_hints


class OpinionFormView(NoticeFormView):
    """A form about one opinion, which the person must be able to read."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the opinion; one that the person may not read does not exist for them."""
        opinions = visible_opinions(request.user).select_related("notice__record", "answer", "commenter")
        self.opinion: Opinion = get_object_or_404(opinions, pk=kwargs["pk"])
        if not self.possible():
            raise PermissionDenied
        return super().dispatch(request, *args, notice_id=self.opinion.notice_id, **kwargs)

    def possible(self) -> bool:
        """Return whether the state of the opinion allows the act."""
        return self.opinion.destroyed_at is None

    def get_page_subtitle(self) -> str:
        """Name the number."""
        return str(self.opinion.number)

    def get_success_url(self) -> str:
        """Lead back to the opinion."""
        return reverse("opinion_register:inspect", args=[self.opinion.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the opinion."""
        return super().get_context_data(opinion=self.opinion, **kwargs)


class RedactionForm(forms.Form):
    """Personal data found in the text, ready ticked, and whatever else shall be struck out."""

    hinted = forms.MultipleChoiceField(
        label=gettext_lazy("文中的个人信息"), required=False, widget=forms.CheckboxSelectMultiple
    )
    passages = CleanedText(
        label=gettext_lazy("还要遮盖的文字"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-passages": ""}),
        help_text=gettext_lazy(
            "一行一处，照原文填写；可以在上面的原文中选中后点“遮盖选中的文字”。相同的文字全部遮盖。"
        ),
    )
    reason = CleanedText(
        label=gettext_lazy("原因"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如“他人住址”。提意见的人能看到，请不要写出被遮盖的内容。"),
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        hints = personal_hints(text)
        self.fields["hinted"].choices = [  # type: ignore[attr-defined]
            (hint.found, f"{hint.label} {hint.found}") for hint in hints
        ]
        if not hints:
            del self.fields["hinted"]

    def struck(self) -> list[str]:
        """Return all passages, each once."""
        chosen = [*self.cleaned_data.get("hinted", []), *passages_of(self.cleaned_data.get("passages", ""))]
        return list(dict.fromkeys(chosen))

    def clean(self) -> dict[str, Any]:
        """Strike the passages, say which one does not stand in the text, and keep the reason free of them."""
        data: dict[str, Any] = super().clean() or {}
        struck = self.struck()
        if not struck:
            raise ValidationError(_("请勾选或者填写要遮盖的文字。"))
        try:
            self.redacted = strike(self.text, struck)
        except PassageMissingError as error:
            self.add_error(
                "passages", _("原文中没有“%(passage)s”，请照原文填写。") % {"passage": error.passage}
            )
        except PassageTooShortError as error:
            message = _("“%(passage)s”太短，至少两个字。请连同前后的字一起填写。")
            self.add_error("passages", message % {"passage": error.passage})
        return data

    def fingerprint(self) -> str:
        """Return what stands for the redacted text that was looked at."""
        return sha256(self.redacted.encode()).hexdigest()


class RedactView(OpinionFormView):
    """Strike passages out of what the public sees of an opinion; shows the result before it is saved."""

    form_class = RedactionForm
    template_name = "opinions/admin/redact.html"
    page_title = gettext_lazy("遮盖意见中的文字")
    header_icon = "view"
    submit_label = gettext_lazy("看遮盖效果")
    submit_active_label = gettext_lazy("正在处理…")
    explanation = gettext_lazy(
        "对外只显示遮盖后的文字，原文留存，附件不公开。每次遮盖和原因都记录备查；已经公开的意见会先撤下，核对后再公开。"
    )

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the original."""
        return {**super().get_form_kwargs(), "text": self.opinion.text}

    def get_initial(self) -> dict[str, Any]:
        """Start from the redaction in force, else with all personal data that was found."""
        hints = [hint.found for hint in personal_hints(self.opinion.text)]
        latest: Redaction | None = self.opinion.redactions.order_by("-pk").first()
        if latest is None or not latest.struck:
            return {"hinted": hints}
        struck = latest.struck
        others = [passage for passage in struck if passage not in hints]
        return {
            "hinted": [hint for hint in hints if hint in struck],
            "passages": "\n".join(others),
            "reason": latest.reason,
        }

    def form_valid(self, form: RedactionForm) -> HttpResponse:
        """Save what was looked at as it is; anything else is shown first."""
        if form.cleaned_data["previewed"] != form.fingerprint():
            data = self.request.POST.copy()
            data["previewed"] = form.fingerprint()
            form.data = data
            context = self.get_context_data(form=form, preview=form.redacted)
            context["submit_label"] = _("确认遮盖")
            return self.render_to_response(context)
        try:
            redact_opinion(
                opinion=self.opinion,
                text=form.redacted,
                struck=form.struck(),
                reason=form.cleaned_data["reason"],
                user=self.request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(self.request, _("已遮盖，原文留存。"))
        return redirect(self.get_success_url())


class ReasonForm(forms.Form):
    """A reason."""

    reason = CleanedText(label=gettext_lazy("原因"), widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawRedactionView(OpinionFormView):
    """Take a redaction back."""

    form_class = ReasonForm
    page_title = gettext_lazy("取消遮盖")
    header_icon = "undo"
    submit_label = gettext_lazy("取消遮盖")
    explanation = gettext_lazy("取消以后，公开的是原文，须核对后才会公开。遮盖过的记录和原因留存备查。")

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    def possible(self) -> bool:
        """Return whether there is a redaction to take back."""
        return super().possible() and bool(self.opinion.redacted_text)

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        """Take it back."""
        reason = form.cleaned_data["reason"]
        try:
            withdraw_redaction(
                opinion=self.opinion, reason=reason, user=self.request.user, now=timezone.now()
            )
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(self.request, _("已取消遮盖。"))
        return redirect(self.get_success_url())
