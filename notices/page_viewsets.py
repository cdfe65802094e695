"""What is ours in Wagtail's views of pages: a side panel with the source of a draft, and the way to a new notice."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.create import AddSubpageView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet

from notices.mark_views import marks_context
from notices.models import NoticePage, NoticeStage


class SourceSidePanel(BaseSidePanel):  # type: ignore[misc]
    """The text that a draft was made from, the passages found in it, and what nobody has confirmed yet."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):  # type: ignore[misc]
        aria_label = _("显示原文")
        icon_name = "doc-full-inverse"
        has_counter = False

    name = "source"
    title = _("原文")
    template_name = "notices/admin/source_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Add marks and text."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, **marks_context(self.object, self.request.user)}


class NoticeEditView(EditView):  # type: ignore[misc]
    """Wagtail's editor with the side panel of the source, on drafts that have one."""

    def get_side_panels(self) -> Any:
        """Add our panel; an automatic save leaves it alone, the editor's own script refreshes the marks."""
        panels = super().get_side_panels()
        record = self.page.record
        has_source = record.source_text or record.copied_from_id
        if record.stage != NoticeStage.DRAFT or not has_source or self.expects_json_response:
            return panels
        return MediaContainer([*panels, SourceSidePanel(self.page, self.request)])


class StartSubpageView(AddSubpageView):  # type: ignore[misc]
    """Adding a page below a proponent begins with the ways to start a notice."""

    def dispatch(self, request: HttpRequest, parent_page_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the start page, which asks for the permission itself."""
        return redirect("notice_start_for", parent_page_id)


class NoticePageViewSet(PageViewSet):  # type: ignore[misc]
    """The views of a notice, and of the list below a proponent, which holds notices only."""

    model = NoticePage
    edit_view_class = NoticeEditView
    add_subpage_view_class = StartSubpageView


PAGE_VIEWSETS = (NoticePageViewSet,)
