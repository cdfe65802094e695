"""Opening, turning and abandoning a correction in the admin; the editing itself is done in the notice editor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from notices import permissions
from notices.correction_rules import follows_from
from notices.corrections import abandon_correction, make_statutory, open_correction
from notices.editing import correction_context, correction_of_editor
from notices.forms import PublicReasonForm
from notices.models import Correction, CorrectionClass, NoticePage, NoticeRecord, NoticeStage


def correction_buttons(record: NoticeRecord, user: Any) -> list[Button]:
    """Return the way to open a correction, or to go on with the one in progress, for those who may."""
    if record.stage != NoticeStage.PUBLISHED or record.historical:
        return []
    if not permissions.can_edit_notice(user, record.page):
        return []
    correction = record.open_correction
    if correction is None:
        url = reverse("correction_open", args=[record.pk])
        return [Button(_("更正"), url=url, icon_name="edit", priority=60)]
    return [Button(_("继续更正"), url=editor_url(correction), icon_name="edit", priority=60)]


def editor_url(correction: Correction) -> str:
    """Return the editor in which a correction is prepared."""
    return reverse("wagtailadmin_pages:edit", args=[correction.draft_id or correction.record.page_id])


@require_GET
def correction(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer what a correction changes so far, as a piece of HTML for the editor."""
    notice = get_object_or_404(NoticePage.objects.select_related("record"), pk=page_id)
    if not permissions.can_edit_notice(request.user, notice):
        raise PermissionDenied
    notice = notice.get_latest_revision_as_object()
    context = {"notice": notice, **correction_context(notice, correction_of_editor(notice))}
    return render(request, "notices/admin/correction.html", context)


class CorrectionForm(PublicReasonForm):
    """Which class, and the public reason."""

    correction_class = forms.ChoiceField(
        label=gettext_lazy("更正的类别"), widget=forms.RadioSelect, initial=CorrectionClass.SLIP
    )
    field_order = ["correction_class", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say beside each class what follows from it."""
        super().__init__(*args, **kwargs)
        self.fields["correction_class"].choices = [  # type: ignore[attr-defined]
            (value, f"{label}：{follows_from(value)}") for value, label in CorrectionClass.choices
        ]


class _CorrectionActView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """One act on a correction: what it means, a button."""

    template_name = "notices/admin/act_form.html"
    form_class: type[forms.Form] = forms.Form
    header_icon = "edit"
    record: NoticeRecord
    explanation: Any = ""
    button: Any = ""
    grave = False

    def perform(self, data: dict[str, Any]) -> str:
        """Do it and return the address to go to. Raises ValidationError to refuse."""
        raise NotImplementedError

    def find_record(self, pk: int) -> NoticeRecord:
        """Return the notice that the address names."""
        self.correction = get_object_or_404(Correction.objects.select_related("record__page"), pk=pk)
        return self.correction.record

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in the notice's own staff and operators."""
        self.record = self.find_record(kwargs["pk"])
        if not permissions.can_edit_notice(request.user, self.record.page):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return str(self.record.page.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register."""
        entry = reverse("notice_register:inspect", args=[self.record.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {"url": entry, "label": self.record.code},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super().get_context_data(
            explanation=self.explanation,
            submit_label=self.button,
            submit_active_label=_("正在办理…"),
            grave=self.grave,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Perform the act; a refusal is explained above the form."""
        try:
            target = self.perform(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect(target)


class OpenView(_CorrectionActView):
    """Begin a correction."""

    form_class = CorrectionForm
    page_title = gettext_lazy("更正公示")
    explanation = gettext_lazy(
        "公开的内容在更正核对通过以前不变。核对由平台管理员办理，办理更正的人不能自己核对。"
    )
    button = gettext_lazy("开始更正")

    def find_record(self, pk: int) -> NoticeRecord:
        """Return the notice to be corrected."""
        return get_object_or_404(NoticeRecord.objects.select_related("page"), pk=pk)

    def perform(self, data: dict[str, Any]) -> str:
        """Open it and lead to its editor."""
        opened = open_correction(record=self.record, user=self.request.user, now=timezone.now(), **data)
        return editor_url(opened)


class AbandonView(_CorrectionActView):
    """Give a correction up."""

    page_title = gettext_lazy("放弃更正")
    button = gettext_lazy("放弃更正")
    grave = True

    @property
    def explanation(self) -> str:  # type: ignore[override]
        """Say what is lost and what stays."""
        if self.correction.correction_class == CorrectionClass.SUBSTANCE:
            return _("新公示的草稿保留，公开后不再取代本公示；不需要时可以删除草稿。")
        return _("更正中的修改和新上传的附件不再保留，公示页面不变。")

    def perform(self, data: dict[str, Any]) -> str:
        """Abandon it and lead to the register entry."""
        abandon_correction(correction=self.correction, user=self.request.user, now=timezone.now())
        messages.success(self.request, _("已放弃更正，公示内容不变。"))
        return reverse("notice_register:inspect", args=[self.record.pk])


class MakeStatutoryView(_CorrectionActView):
    """Turn a slip into a change of a statutory item."""

    page_title = gettext_lazy("改为法定事项变更")
    button = gettext_lazy("改为法定事项变更")

    @property
    def explanation(self) -> str:  # type: ignore[override]
        """Say what follows."""
        return _("已做的修改保留。") + follows_from(CorrectionClass.STATUTORY)

    def perform(self, data: dict[str, Any]) -> str:
        """Turn it and lead back to the editor."""
        make_statutory(correction=self.correction, user=self.request.user, now=timezone.now())
        return editor_url(self.correction)
