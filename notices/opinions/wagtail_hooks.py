"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from notices.opinions import (
    admin_views,
    desk_views,
    destruction_admin,
    feedback_views,
    file_admin,
    publication_admin,
    record_admin,
    redaction_admin,
    registration_admin,
)
from notices.opinions.access_register import AccessGroup, SupervisionPolicy
from notices.opinions.models import ContactAccess, FileAccess, Opinion, RegistrationAccess
from notices.opinions.registers import OpinionViewSet
from notices.permissions import ViewOnlyPolicy

# Before the viewset is made: Wagtail binds a policy at first use.
register_permission_policy(Opinion, ViewOnlyPolicy(Opinion))
for access in (ContactAccess, FileAccess, RegistrationAccess):
    register_permission_policy(access, SupervisionPolicy(access))


@hooks.register("register_admin_viewset")
def register_viewset() -> Any:
    """Register the registers of opinions and of who read what may say who wrote."""
    return [OpinionViewSet(), AccessGroup()]


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Register the acts."""
    return [
        path("opinions/notices/", admin_views.NoticeChoiceView.as_view(), name="opinions_notices"),
        path("opinions/<int:notice_id>/desk/", desk_views.DeskView.as_view(), name="opinions_desk"),
        path(
            "opinions/<int:notice_id>/group/<int:pk>/", desk_views.GroupView.as_view(), name="opinions_group"
        ),
        path("opinions/<int:notice_id>/answer/", desk_views.AnswerView.as_view(), name="opinions_answer"),
        path("opinions/<int:notice_id>/topics/", desk_views.TopicsView.as_view(), name="opinions_topics"),
        path(
            "opinions/<int:notice_id>/feedback/",
            feedback_views.FeedbackView.as_view(),
            name="opinions_feedback",
        ),
        path("opinions/<int:notice_id>/calls/", feedback_views.CallListView.as_view(), name="opinions_calls"),
        path(
            "opinions/<int:notice_id>/texts/",
            feedback_views.ShortTextsView.as_view(),
            name="opinions_texts",
        ),
        path(
            "opinions/<int:notice_id>/answer-sheet/",
            feedback_views.AnswerSheetView.as_view(),
            name="opinions_sheet",
        ),
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
            "opinions/<int:notice_id>/publication/",
            publication_admin.PublicationView.as_view(),
            name="opinions_publication",
        ),
        path("opinions/entry/<int:pk>/redact/", redaction_admin.RedactView.as_view(), name="opinion_redact"),
        path(
            "opinions/entry/<int:pk>/redaction/withdraw/",
            redaction_admin.WithdrawRedactionView.as_view(),
            name="opinion_redaction_withdraw",
        ),
        path(
            "opinions/entry/<int:pk>/destruction/propose/",
            destruction_admin.ProposeDestructionView.as_view(),
            name="opinion_destruction_propose",
        ),
        path(
            "opinions/entry/<int:pk>/destruction/decide/",
            destruction_admin.DecideDestructionView.as_view(),
            name="opinion_destruction_decide",
        ),
        path(
            "opinions/destructions/",
            destruction_admin.DestructionListView.as_view(),
            name="opinion_destructions",
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
