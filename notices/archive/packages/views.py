"""The page on which a package is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.archive.packages.jobs import PACKAGE_JOB
from notices.archive.packages.services import PACKAGE_FORMAT, may_have_package, unfinished_because
from notices.archive.sealed.services import offered_bases
from notices.exports.jobs import request_job
from notices.exports.services import earlier_exports, profile_for
from notices.models import NoticeRecord

LISTED = 20


class PackageForm(forms.Form):
    """Nothing is exported without a purpose."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("例如：存档备查、审查公众参与说明、复议案卷。用途会留存备查。"),
        error_messages={"required": gettext_lazy("请写明导出用途。")},
    )


class PackageView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """Ask for a package; earlier ones stand below."""

    template_name = "archive/admin/package.html"
    form_class = PackageForm
    page_title = gettext_lazy("存档包")
    header_icon = "download"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in operators, officers of the division and the proponent's people."""
        self.record = get_object_or_404(NoticeRecord.objects.select_related("page__project"), pk=kwargs["pk"])
        if not may_have_package(request.user, self.record.page):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return f"{self.record.code} {self.record.page.project_name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register entry."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {"url": reverse("notice_register:inspect", args=[self.record.pk]), "label": self.record.code},
            {"url": "", "label": self.page_title},
        ]

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
