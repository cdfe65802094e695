"""The checklist in the editor's side panel, with the number of what blocks on its toggle."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.side_panels import BaseSidePanel

from notices.checklist import editor_context
from notices.models import NoticePage


class FindingsSidePanel(BaseSidePanel):  # type: ignore[misc]
    """What the rules find on the draft as last saved; the editor's script keeps it fresh."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):  # type: ignore[misc]
        aria_label = gettext_lazy("发布前核对")
        icon_name = "clipboard-list"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """Count what blocks."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            checklist = editor_context(self.panel.object, self.panel.request)["checklist"]
            context["count"] = len(checklist.blocking) if checklist else 0
            return context

    name = "findings"
    title = gettext_lazy("发布前核对")
    template_name = "notices/admin/checklist_side_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Add the checklist, none for a notice that is new or has left the draft stage."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, **editor_context(self.object, self.request)}


def add_findings_panel(request: HttpRequest, context: dict[str, Any] | None) -> None:
    """Put the checklist first among the side panels of a notice's editor; Wagtail has no hook for them.

    A partial answer only refreshes panels that are there already; ours has its own refresh.
    """
    if context is None or context.get("is_partial") or not {"edit_handler", "side_panels"} <= context.keys():
        return
    notice = context["edit_handler"].instance
    if isinstance(notice, NoticePage):
        context["side_panels"].insert(0, FindingsSidePanel(notice, request))
