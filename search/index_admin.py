"""What operators see of the search index: its present state and what the nightly comparisons found."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.permissions import is_operator
from search.index_condition import words_for_operators
from search.index_upkeep import latest_checks, words_for_unfinished

CHECKS_SHOWN = 14


class IndexCheckView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """The last nights' comparisons; for operators."""

    template_name = "search/admin/index_check.html"
    page_title = gettext_lazy("检索索引")
    header_icon = "search"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let operators in."""
        if not is_operator(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what was found."""
        every = latest_checks(CHECKS_SHOWN)
        checks = [check for check in every if check.finished_at][:CHECKS_SHOWN]
        latest = checks[0] if checks else None
        names = {"missing": _("缺少"), "left_over": _("多余"), "outdated": _("过时")}
        listed = (latest.examples if latest else {}).items()
        examples = [(names[kind], each) for kind, found in listed for each in found]
        return super().get_context_data(
            state=words_for_operators() or words_for_unfinished(every),
            checks=checks,
            latest=latest,
            examples=examples,
            **kwargs,
        )


class IndexMenuItem(MenuItem):  # type: ignore[misc]
    """Shown to operators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person is one."""
        return is_operator(request.user)


def index_menu_item() -> MenuItem:
    """Return the entry among the reports."""
    return IndexMenuItem(
        _("检索索引"), reverse("index_checks"), name="index-checks", icon_name="search", order=910
    )
