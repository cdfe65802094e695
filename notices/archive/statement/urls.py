"""Addresses of the statement in the admin."""

from __future__ import annotations

from django.urls import URLPattern, path

from notices.archive.statement import form_views, views

STATEMENT_URLS: list[URLPattern] = [
    path("statement/<int:pk>/", views.StatementView.as_view(), name="statement"),
    path("statement/<int:pk>/edit/", form_views.PartsView.as_view(), name="statement_edit"),
    path("statement/<int:pk>/build/", views.ask_for_build, name="statement_build"),
    path("statement/<int:pk>/pledge/", form_views.PaperView.as_view(), name="statement_pledge"),
    path("statement/<int:pk>/final/", form_views.FinalView.as_view(), name="statement_final"),
    path("statement/<int:pk>/publish/", form_views.PublishView.as_view(), name="statement_publish"),
    path(
        "statement/<int:pk>/elsewhere/",
        form_views.ElsewhereAddView.as_view(),
        name="statement_elsewhere_add",
    ),
    path(
        "statement/elsewhere/<int:pk>/",
        form_views.ElsewhereEditView.as_view(),
        name="statement_elsewhere",
    ),
    path("statement/elsewhere/<int:pk>/remove/", form_views.remove_round, name="statement_elsewhere_remove"),
    path("statement/builds/<int:pk>.<slug:suffix>", views.build_file, name="statement_file"),
    path("statement/papers/<int:pk>/<str:name>", views.paper_file, name="statement_paper"),
]
