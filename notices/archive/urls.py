"""Addresses of printed documents."""

from django.urls import path

from notices.archive import staff_views, views
from notices.archive.models import ArchiveKind

urlpatterns = [
    path("n/<str:code>/archive/v<int:version>.pdf", views.archive_file, name="archive_file"),
    path(
        "n/<str:code>/certificate/v<int:version>.pdf",
        views.archive_file,
        {"kind": ArchiveKind.CERTIFICATE},
        name="closing_certificate",
    ),
    path("n/<str:code>/form.pdf", views.blank_form_file, name="blank_form"),
    path("n/<str:code>/form.docx", views.blank_form_word_file, name="blank_form_docx"),
    path("n/<str:code>/poster.pdf", staff_views.poster_file, name="poster"),
    path("n/<str:code>/photo-sheets.pdf", staff_views.photo_sheet_file, name="photo_sheets"),
    path("n/<str:code>/newspaper-<int:number>.txt", staff_views.newspaper_text_file, name="newspaper_text"),
    path("n/<str:code>/newspaper-<int:number>.docx", staff_views.newspaper_word_file, name="newspaper_docx"),
]
