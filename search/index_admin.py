"""What operators see of the search index: its present state and what the nightly comparisons found."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem

from notices.operator_pages import OperatorMenuItem, OperatorPage
from search.index_condition import words_for_operators
from search.index_upkeep import latest_checks, words_for_unfinished

CHECKS_SHOWN = 14


class IndexCheckView(OperatorPage):
    """The last nights' comparisons; for operators."""

    template_name = "search/admin/index_check.html"
    page_title = gettext_lazy("检索索引")
    header_icon = "search"

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


def index_menu_item() -> MenuItem:
    """Return the entry among the reports."""
    return OperatorMenuItem(
        _("检索索引"), reverse("index_checks"), name="index-checks", icon_name="search", order=910
    )
