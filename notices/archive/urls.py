"""Addresses of printed documents."""

from django.urls import path

from notices.archive import views

urlpatterns = [
    path("n/<str:code>/archive/v<int:version>.pdf", views.archive_file, name="archive_file"),
    path("n/<str:code>/poster.pdf", views.poster_file, name="poster"),
    path("n/<str:code>/form.pdf", views.blank_form_file, name="blank_form"),
]
