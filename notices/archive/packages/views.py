"""The page on which a package is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from notices.archive.packages.jobs import PACKAGE_JOB
from notices.archive.packages.services import PACKAGE_FORMAT, may_have_package, unfinished_because
from notices.archive.record_pages import RecordPage
from notices.archive.sealed.services import offered_bases
from notices.exports.jobs import request_job
from notices.exports.services import earlier_exports, profile_for

LISTED = 20


class PackageForm(forms.Form):
    """Nothing is exported without a purpose."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("例如：存档备查、审查公众参与说明、复议案卷。用途会留存备查。"),
        error_messages={"required": gettext_lazy("请写明导出用途。")},
    )


class PackageView(RecordPage, FormView):  # type: ignore[type-arg]
    """Ask for a package; earlier ones stand below."""

    template_name = "archive/admin/package.html"
    form_class = PackageForm
    page_title = gettext_lazy("存档包")
    header_icon = "download"

    def lets_in(self, user: Any) -> bool:
        """Whether the person is an operator, an officer of the division or one of the proponent's people."""
        return may_have_package(user, self.record.page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the package will hold and the earlier ones."""
        now = timezone.now()
        user, notice = self.request.user, self.record.page
        profile = profile_for(user, notice)
        earlier = earlier_exports(notice, user=user, profile=profile).filter(format=PACKAGE_FORMAT)
        return super().get_context_data(
            record=self.record,
            unfinished=unfinished_because(self.record, now=now),
            may_seal=bool(offered_bases(user, self.record, now=now)),
            profile=profile,
            exports=list(earlier[:LISTED]),
            **kwargs,
        )

    def form_valid(self, form: PackageForm) -> HttpResponse:
        """Have it made in the background."""
        job = request_job(
            kind=PACKAGE_JOB.name,
            user=self.request.user,
            parameters={"record": self.record.pk, "purpose": form.cleaned_data["purpose"]},
            now=timezone.now(),
        )
        return redirect("export_job", job.pk)
