"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from notices.opinions import admin_views, file_admin, record_admin, registration_admin
from notices.opinions.models import Opinion
from notices.opinions.registers import OpinionViewSet
from notices.permissions import ViewOnlyPolicy

# Before the viewset is made: Wagtail binds a policy at first use.
register_permission_policy(Opinion, ViewOnlyPolicy(Opinion))


@hooks.register("register_admin_viewset")
def register_viewset() -> Any:
    """Register the register of opinions."""
    return OpinionViewSet()


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Register the acts."""
    return [
        path("opinions/notices/", admin_views.NoticeChoiceView.as_view(), name="opinions_notices"),
        path("opinions/<int:notice_id>/answer/", admin_views.AnswerView.as_view(), name="opinions_answer"),
        path("opinions/<int:notice_id>/record/", record_admin.RecordView.as_view(), name="opinions_record"),
        path(
            "opinions/<int:notice_id>/contacts/", admin_views.ContactsView.as_view(), name="opinions_contacts"
        ),
        path("opinions/files/<int:pk>/", file_admin.FileView.as_view(), name="opinion_file"),
        path(
            "opinions/<int:notice_id>/files/<int:pk>/original/",
            file_admin.OriginalView.as_view(),
            name="opinion_file_original",
        ),
        path(
            "opinions/meetings/<int:pk>/",
            registration_admin.RegistrationsView.as_view(),
            name="meeting_registrations",
        ),
        path(
            "opinions/meetings/<int:pk>/register/",
            registration_admin.RegisterView.as_view(),
            name="meeting_register",
        ),
        path(
            "opinions/meetings/<int:pk>/select/",
            registration_admin.SelectView.as_view(),
            name="meeting_select",
        ),
        path(
            "opinions/meetings/<int:pk>/names/", registration_admin.NamesView.as_view(), name="meeting_names"
        ),
    ]
