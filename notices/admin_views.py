"""Views of the admin that Wagtail's own views do not cover: parts of the editor, attachments, an operator's acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_safe
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices import permissions
from notices.admin_acts import ACTS
from notices.attachment_services import add_attachment, remove_attachment
from notices.checklist import checklist_context
from notices.editing import attachments_context
from notices.evidence_services import owner_of
from notices.forms import AttachmentForm
from notices.models import Attachment, EvidenceFile, NoticePage, NoticeRecord


def _notice_for(user: Any, pk: int) -> NoticePage:
    """Return a notice that the person may prepare, as last saved; anything else is closed to them."""
    notice = get_object_or_404(NoticePage.objects.select_related("record"), pk=pk)
    if not permissions.can_edit_notice(user, notice):
        raise PermissionDenied
    return notice


def _editor_url(notice: NoticePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[notice.pk])


@require_GET
def findings(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer the checklist of the draft as last saved, as a piece of HTML for the editor."""
    notice = _notice_for(request.user, page_id).get_latest_revision_as_object()
    context = {**checklist_context(notice), "refresh": True}
    return render(request, "notices/admin/checklist.html", context)


@require_GET
def attachments(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer the list of attachments as a piece of HTML for the editor."""
    notice = _notice_for(request.user, page_id)
    return render(request, "notices/admin/attachments.html", attachments_context(notice, request.user))


class AttachmentAddView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """Upload one file to a draft."""

    form_class = AttachmentForm
    template_name = "notices/admin/attachment_add.html"
    page_title = gettext_lazy("上传附件")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Turn away those who may not change the files of this notice now."""
        self.notice = _notice_for(request.user, kwargs["page_id"])
        if not permissions.can_change_attachments(request.user, self.notice):
            messages.error(request, _("公示正在核对、已核对或已公开，不能再增减附件。"))
            return redirect(_editor_url(self.notice))
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return str(self.notice.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the editor."""
        return [
            *self.breadcrumbs_items,
            {"url": _editor_url(self.notice), "label": self.notice.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super().get_context_data(
            notice=self.notice,
            submit_label=_("上传"),
            submit_active_label=_("正在上传…"),
            back_url=_editor_url(self.notice),
            **kwargs,
        )

    def form_valid(self, form: AttachmentForm) -> HttpResponse:
        """Store the file; a file that cannot be taken is explained beside its field."""
        data = form.cleaned_data
        try:
            attachment = add_attachment(
                notice=self.notice,
                upload=data["upload"],
                kind=data["kind"],
                title=data["title"],
                redaction_note=data["redaction_note"],
                user=self.request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error("upload", error)
            return self.form_invalid(form)
        messages.success(self.request, _("已上传“%(title)s”。") % {"title": attachment.title})
        return redirect(f"{_editor_url(self.notice)}#notice-attachments")


class AttachmentDeleteView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Ask, and take a file off a draft."""

    template_name = "notices/admin/attachment_delete.html"
    page_title = gettext_lazy("删除附件")
    header_icon = "bin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Turn away those who may not change the files of this notice now."""
        self.attachment = get_object_or_404(
            Attachment.objects.select_related("notice__record"), pk=kwargs["pk"]
        )
        self.notice = _notice_for(request.user, self.attachment.notice_id)
        if not permissions.can_change_attachments(request.user, self.notice):
            messages.error(request, _("公示正在核对、已核对或已公开，不能再增减附件。"))
            return redirect(_editor_url(self.notice))
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the file."""
        return self.attachment.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the editor."""
        return [
            *self.breadcrumbs_items,
            {"url": _editor_url(self.notice), "label": self.notice.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the file and the way back."""
        return super().get_context_data(
            attachment=self.attachment, back_url=_editor_url(self.notice), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove it."""
        title = self.attachment.title
        remove_attachment(attachment=self.attachment)
        messages.success(request, _("已删除“%(title)s”。") % {"title": title})
        return redirect(f"{_editor_url(self.notice)}#notice-attachments")


class ActView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """One act of an operator on a notice: what it means, its reason, a button."""

    template_name = "notices/admin/act_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let operators in, and nobody when the stage of the notice does not allow the act."""
        if not permissions.is_operator(request.user):
            raise PermissionDenied
        self.record = get_object_or_404(NoticeRecord.objects.select_related("page"), pk=kwargs["pk"])
        if kwargs["name"] not in ACTS:
            raise Http404
        self.act = ACTS[kwargs["name"]]
        if not self.act.on_offer(self.record):
            messages.error(request, _("公示当前状态不能办理“%(act)s”。") % {"act": self.act.label})
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[forms.Form]:
        """Return the form of the act."""
        return self.act.form_class

    def get_page_title(self) -> str:
        """Name the act."""
        return str(self.act.label)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return str(self.record.page.title)

    def get_header_icon(self) -> str:
        """Return the icon of the act."""
        return self.act.icon

    def get_initial(self) -> dict[str, Any]:
        """Fill the form with what the act proposes."""
        return {**super().get_initial(), **self.act.initial(self.record)}

    def get_success_url(self) -> str:
        """Lead to the register entry."""
        return reverse("notice_register:inspect", args=[self.record.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {"url": self.get_success_url(), "label": self.record.code},
            {"url": "", "label": self.act.label},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super().get_context_data(
            record=self.record,
            explanation=self.act.explanation,
            grounds=self.act.grounds(self.record),
            submit_label=self.act.button,
            submit_active_label=_("正在办理…"),
            grave=self.act.grave,
            back_url=self.get_success_url(),
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Perform the act; a refusal is explained beside the field it concerns."""
        try:
            self.act.perform(self.record, form.cleaned_data, self.request.user, timezone.now())
        except ValidationError as error:
            form.add_error("last_day" if "last_day" in form.fields else None, error)
            return self.form_invalid(form)
        messages.success(self.request, self.act.done)
        return redirect(self.get_success_url())


@require_safe
def evidence_file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """Send a file of evidence to those who may see its notice, never as a page that could run.

    A sandbox goes with everything but PDF: browsers refuse to show a sandboxed PDF.
    """
    file = get_object_or_404(
        EvidenceFile.objects.select_related("insertion", "posting", "viewing", "channel", "meeting"), pk=pk
    )
    if not permissions.can_see_notice_in_admin(request.user, owner_of(file).notice):
        raise PermissionDenied
    response = FileResponse(file.file.open("rb"), filename=file.file_name, content_type=file.content_type)
    response["ETag"] = f'"{file.sha256}"'
    if file.content_type != "application/pdf":
        response["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
        )
    return response
