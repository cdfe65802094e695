"""The page on which a sealed package is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from notices.archive.record_pages import RecordPage
from notices.archive.sealed.jobs import SEALED_JOB
from notices.archive.sealed.services import NOT_A_KEY, SEALED_FORMAT, offered_bases
from notices.exports.jobs import request_job
from notices.opinions.models import AccessBasis, Opinion
from notices.reasons import is_reason
from notices.sealing.age import NotARecipientError, checked_recipient

LISTED = 20


class SealedForm(forms.Form):
    """Ground, purpose and the key of who may open it."""

    basis = forms.ChoiceField(label=gettext_lazy("依据"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("例如：迁移到新平台、交存档案馆。用途会留存备查。"),
        error_messages={"required": gettext_lazy("请写明用途。")},
    )
    recipient = forms.CharField(
        label=gettext_lazy("收件公钥"),
        max_length=100,
        help_text=gettext_lazy(
            "以 age1 开头。由收件人生成（new_archive_key 命令或者 age-keygen 工具），只有收件人的密钥能打开。"
        ),
        error_messages={"required": gettext_lazy("请填收件人的公钥。")},
    )

    def __init__(self, *args: Any, bases: list[AccessBasis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["basis"]
        field.choices = [(str(basis), basis.label) for basis in bases]
        field.initial = str(bases[0])

    def clean_purpose(self) -> str:
        """Refuse what says nothing."""
        purpose: str = self.cleaned_data["purpose"]
        if not is_reason(purpose):
            raise forms.ValidationError(_("请写明用途，用途会留存备查。"))
        return purpose

    def clean_recipient(self) -> str:
        """Refuse what is no public key."""
        try:
            return checked_recipient(self.cleaned_data["recipient"])
        except NotARecipientError:
            raise forms.ValidationError(NOT_A_KEY) from None


class SealedPackageView(RecordPage, FormView):  # type: ignore[type-arg]
    """Ask for a sealed package; earlier ones stand below."""

    template_name = "archive/admin/sealed_package.html"
    form_class = SealedForm
    page_title = gettext_lazy("密封存档包")
    header_icon = "lock"

    def lets_in(self, user: Any) -> bool:
        """Whether the person may see all of page two."""
        self.bases = offered_bases(user, self.record, now=timezone.now())
        return bool(self.bases)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the person's grounds."""
        return {**super().get_form_kwargs(), "bases": self.bases}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what will be taken out, and the earlier packages."""
        earlier = self.record.page.exports.filter(format=SEALED_FORMAT).select_related("made_by")
        return super().get_context_data(
            record=self.record,
            opinions=Opinion.objects.filter(notice=self.record.page).count(),
            exports=list(earlier[:LISTED]),
            **kwargs,
        )

    def form_valid(self, form: SealedForm) -> HttpResponse:
        """Have it made in the background."""
        job = request_job(
            kind=SEALED_JOB.name,
            user=self.request.user,
            parameters={"record": self.record.pk, **form.cleaned_data},
            now=timezone.now(),
        )
        return redirect("export_job", job.pk)
