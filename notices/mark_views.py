"""Views of the marks on imported and copied values: a part of the editor, and the list to confirm from."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices import permissions
from notices.marks import confirm, source_context
from notices.models import NoticePage


def notice_with_marks(user: Any, page_id: int) -> NoticePage:
    """Return a notice that the person may prepare; anything else is closed to them."""
    notice = get_object_or_404(NoticePage.objects.select_related("record__copied_from__page"), pk=page_id)
    if not permissions.can_edit_notice(user, notice):
        raise PermissionDenied
    return notice


def marks_context(notice: NoticePage, user: Any) -> dict[str, Any]:
    """Return the context of the marks on the draft as last saved."""
    latest = notice.get_latest_revision_as_object()
    return source_context(latest, may_confirm=permissions.can_confirm_imported(user, notice))


@require_GET
def marks(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer the marks of the draft as last saved, as a piece of HTML for the editor."""
    notice = notice_with_marks(request.user, page_id)
    return render(request, "notices/admin/marks.html", marks_context(notice, request.user))


class ConfirmMarksView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Every unconfirmed value beside its passage, with a box to tick; also what the editor's buttons post to."""

    template_name = "notices/admin/marks_confirm.html"
    page_title = gettext_lazy("确认导入的内容")
    header_icon = "tasks"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whoever prepares the notice."""
        self.notice = notice_with_marks(request.user, kwargs["page_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return str(self.notice.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the editor."""
        return [
            *self.breadcrumbs_items,
            {"url": self._editor_url(), "label": self.notice.title},
            {"url": "", "label": self.page_title},
        ]

    def _editor_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.notice.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add marks, source text and the way back."""
        context = marks_context(self.notice, self.request.user)
        return super().get_context_data(**context, back_url=self._editor_url(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm what was ticked, or everything; the editor gets its part back, a browser goes to the editor."""
        if not permissions.can_confirm_imported(request.user, self.notice):
            raise PermissionDenied
        chosen = [int(key) for key in request.POST.getlist("mark") if key.isdigit()]
        if not chosen and "all" not in request.POST:
            messages.error(request, _("请先勾选已经对照过原文的内容。"))
            return redirect(request.path)
        ids = None if "all" in request.POST else chosen
        try:
            count = confirm(record=self.notice.record, ids=ids, user=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self._editor_url())
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return render(request, "notices/admin/marks.html", marks_context(self.notice, request.user))
        messages.success(
            request, ngettext("已确认 %(count)s 处。", "已确认 %(count)s 处。", count) % {"count": count}
        )
        return redirect(self._editor_url())
