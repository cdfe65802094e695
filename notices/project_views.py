"""The pages on which the dates of a project are recorded and corrected, and its end is confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from notices.form_errors import show_refusal
from notices.models import NoticeRecord, Project, ProjectDate, ProjectDateChange
from notices.permissions import is_operator
from notices.project_dates import confirm_end, may_date_project, record_project_dates, standing_change


class DatesForm(forms.Form):
    """The three dates, and why one that stood already is changed."""

    submitted_on = forms.DateField(label=ProjectDate.SUBMITTED.label, required=False, widget=AdminDateInput)
    decided_on = forms.DateField(
        label=ProjectDate.DECIDED.label,
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("审批机关公告审批决定的日期，不论批准与否；复议和诉讼期限从公告起算。"),
    )
    abandoned_on = forms.DateField(
        label=ProjectDate.ABANDONED.label,
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("不再建设或者不再报批的，填写决定终止的日期，由平台管理员确认。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("更正原因"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("第一次登记不用填；改动或者清空已登记的日期必须填写。"),
    )


class DatesView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """Record or correct; what was changed before stands below."""

    template_name = "notices/admin/project_dates.html"
    form_class = DatesForm
    page_title = gettext_lazy("项目日期")
    header_icon = "date"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in the proponent's people and operators."""
        self.project = get_object_or_404(Project.objects.select_related("proponent"), pk=kwargs["pk"])
        if not may_date_project(request.user, self.project):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the project."""
        return self.project.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to where the person comes from."""
        return [
            *self.breadcrumbs_items,
            {"url": self.get_success_url(), "label": self.project.name},
            {"url": "", "label": self.page_title},
        ]

    def get_initial(self) -> dict[str, Any]:
        """Show the dates as recorded."""
        return {str(name): getattr(self.project, name) for name in ProjectDate}

    def get_success_url(self) -> str:
        """Lead to the project for operators, to the entry of its last notice for the proponent."""
        if is_operator(self.request.user):
            return str(reverse("project:edit", args=[self.project.pk]))
        record = NoticeRecord.objects.filter(page__project=self.project).order_by("-pk").first()
        return (
            reverse("notice_register:inspect", args=[record.pk]) if record else reverse("wagtailadmin_home")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the template shows."""
        return super().get_context_data(
            explanation=_(
                "公众个人信息的保存期限从这些日期起算，审批机关也据此查阅意见。登记和更正都记入公示的台账，公开可查。"
            ),
            changes=self.project.date_changes.select_related("made_by", "confirmed_by"),
            confirm_url=self._confirm_url(),
            submit_label=_("保存"),
            submit_active_label=_("正在保存…"),
            back_url=self.get_success_url(),
            **kwargs,
        )

    def _confirm_url(self) -> str:
        """Return the way to the confirmation for an operator, as long as an end waits for it."""
        ended = standing_change(self.project, ProjectDate.ABANDONED)
        if ended is None or ended.confirmed_at is not None or not is_operator(self.request.user):
            return ""
        return reverse("project_end", args=[ended.pk])

    def form_valid(self, form: DatesForm) -> HttpResponse:
        """Record."""
        data = form.cleaned_data
        try:
            changed = record_project_dates(
                project=self.project,
                dates={name: data[name] for name in ProjectDate},
                user=self.request.user,
                now=timezone.now(),
                reason=data["reason"],
            )
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        text = _("已登记，并记入台账。") if changed else _("日期没有变化。")
        messages.success(self.request, text)
        return redirect(reverse("project_dates", args=[self.project.pk]))


class ConfirmEndView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """An operator confirms that a project was given up."""

    template_name = "notices/admin/act_form.html"
    form_class = forms.Form
    page_title = gettext_lazy("确认项目终止")
    header_icon = "date"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in operators."""
        if not is_operator(request.user):
            raise PermissionDenied
        ends = ProjectDateChange.objects.filter(date=ProjectDate.ABANDONED, new__isnull=False)
        self.change = get_object_or_404(ends.select_related("project"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the project."""
        return self.change.project.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the dates."""
        return [
            *self.breadcrumbs_items,
            {"url": self.get_success_url(), "label": DatesView.page_title},
            {"url": "", "label": self.page_title},
        ]

    def get_success_url(self) -> str:
        """Lead back to the dates."""
        return reverse("project_dates", args=[self.change.project_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what follows."""
        return super().get_context_data(
            explanation=_(
                "登记的终止日期：%(day)s。请向建设单位和审批机关核实项目确实不再建设或者不再报批。"
                "确认后期限届满，公众的身份信息和附件即行销毁，不能恢复；确认记入公示的台账。"
            )
            % {"day": self.change.new},
            grave=True,
            submit_label=_("已核实，确认终止"),
            submit_active_label=_("正在确认…"),
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Confirm."""
        try:
            confirm_end(change=self.change, user=self.request.user, now=timezone.now())
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已确认，并记入台账。"))
        return redirect(self.get_success_url())
