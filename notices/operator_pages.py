"""Pages and menu entries of the admin that only operators have."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.permissions import is_operator


class OperatorPage(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """A page to look at."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let operators in."""
        if not is_operator(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class OperatorMenuItem(MenuItem):  # type: ignore[misc]
    """Shown to operators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person is one."""
        return is_operator(request.user)
