"""Registers the export form and the pages of background jobs in the admin."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from notices.exports.job_views import job_file, job_list, job_page
from notices.exports.views import export_view, forget_filter, selection_view


@hooks.register("register_admin_urls")
def export_urls() -> list[URLPattern]:
    """Return the admin addresses of exports and jobs."""
    return [
        path("opinions/export/<str:code>/", export_view, name="export_opinions"),
        path("exports/", selection_view, name="export_selection"),
        path("exports/filters/<int:pk>/forget/", forget_filter, name="export_forget_filter"),
        path("jobs/", job_list, name="export_jobs"),
        path("jobs/<uuid:job_id>/", job_page, name="export_job"),
        path("jobs/<uuid:job_id>/file/", job_file, name="export_job_file"),
    ]
