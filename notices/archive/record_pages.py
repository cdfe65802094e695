"""Pages of the admin about one notice, reached from its register entry."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.models import NoticeRecord


class RecordPage(WagtailAdminTemplateMixin):  # type: ignore[misc]
    """Goes before a view class; ``related`` are the relations read with the register row."""

    record: NoticeRecord
    related: tuple[str, ...] = ("page__project",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Turn away those whom the page does not let in."""
        records = NoticeRecord.objects.select_related(*self.related)
        self.record = get_object_or_404(records, pk=kwargs["pk"])
        if not self.lets_in(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def lets_in(self, user: Any) -> bool:
        """Whether the person may open the page."""
        raise NotImplementedError

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return f"{self.record.code} {self.record.page.project_name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register entry."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notice_register:index"), "label": _("公示登记")},
            {"url": reverse("notice_register:inspect", args=[self.record.pk]), "label": self.record.code},
            *self.own_breadcrumbs(),
        ]

    def own_breadcrumbs(self) -> list[dict[str, Any]]:
        """Return the rest of the way."""
        return [{"url": "", "label": self.page_title}]
