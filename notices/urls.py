"""Addresses below /n/."""

from django.urls import path

from notices import deadline_calendars, meeting_pages, public_pages, views

urlpatterns = [
    path("<str:code>/", public_pages.notice_by_code, name="notice"),
    path("<str:code>/meetings/<int:pk>/", meeting_pages.meeting_page, name="meeting"),
    path(
        "<str:code>/meetings/<int:pk>/files/<int:file_pk>/<str:name>",
        meeting_pages.minutes_file,
        name="meeting_file",
    ),
    path("<str:code>/deadline.ics", deadline_calendars.notice_calendar, name="notice_calendar"),
    path("<str:code>/v/<int:number>/", public_pages.notice_version, name="notice_version"),
    path("<str:code>/files/<int:pk>/<str:name>", views.attachment_file, name="attachment"),
]
