"""Addresses below /n/."""

from django.urls import path

from notices import public_pages, views

urlpatterns = [
    path("<str:code>/", public_pages.notice_by_code, name="notice"),
    path("<str:code>/files/<int:pk>/<str:name>", views.attachment_file, name="attachment"),
]
