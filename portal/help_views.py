"""Help for the staff, one page for each role, in the admin; residents have theirs at /help/."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.permissions import is_officer, is_operator

TITLE: Final = _("使用帮助")
ROLES: Final = {"proponent": _("建设单位"), "operator": _("平台管理员"), "officer": _("主管部门")}


def role_of(user: Any) -> str:
    """Return the role whose help a person sees first."""
    if is_operator(user):
        return "operator"
    return "officer" if is_officer(user) else "proponent"


class StaffHelpView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """The help of one role; without a name that of the person's own."""

    page_title = TITLE
    header_icon = "help"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer to the roles that there are."""
        self.role = kwargs.get("role") or role_of(request.user)
        if self.role not in ROLES:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        """Return the page of the role."""
        return [f"portal/admin/help_{self.role}.html"]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the ways to the pages of the other roles."""
        roles = [
            (reverse("staff_help_role", args=[name]), label, name == self.role)
            for name, label in ROLES.items()
        ]
        return super().get_context_data(roles=roles, **kwargs)
