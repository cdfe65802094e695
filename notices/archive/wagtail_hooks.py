"""Registers the pages of materials, volumes, packages and review checklists in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from notices.archive.full_form_views import FullFormsView
from notices.archive.packages.views import PackageView
from notices.archive.refusals import has_materials
from notices.archive.review_views import review_sheet_file
from notices.archive.sealed.views import SealedPackageView
from notices.archive.staff_views import NewspaperView, OutputsView
from notices.archive.statement.urls import STATEMENT_URLS
from notices.archive.volume_views import volumes_page
from notices.models import NoticePage
from notices.permissions import can_edit_notice


@hooks.register("register_admin_urls")
def output_urls() -> list[URLPattern]:
    """Return the admin addresses of materials, volumes, filled-in forms, packages, review checklists and statements."""
    return [
        path("notices/package/<int:pk>/", PackageView.as_view(), name="notice_package"),
        path("notices/package/<int:pk>/sealed/", SealedPackageView.as_view(), name="notice_sealed_package"),
        path("notices/review/<int:pk>/", review_sheet_file, name="notice_review_sheet"),
        path("notices/outputs/<int:pk>/", OutputsView.as_view(), name="notice_outputs"),
        path("notices/outputs/<int:pk>/newspaper/", NewspaperView.as_view(), name="notice_newspaper"),
        path("notices/volumes/<int:pk>/", volumes_page, name="notice_volumes"),
        path("opinions/<int:notice_id>/forms/", FullFormsView.as_view(), name="notice_opinion_forms"),
        *STATEMENT_URLS,
    ]


@hooks.register("register_page_header_buttons")
def outputs_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Any:
    """Offer the materials in the page's menu as soon as there are any."""
    if page.specific_class is not NoticePage or page.pk is None:
        return
    record = page.specific.record
    if has_materials(record) and can_edit_notice(user, page):
        yield Button(
            _("制作材料"), url=reverse("notice_outputs", args=[record.pk]), icon_name="download", priority=6
        )
