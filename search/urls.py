"""Addresses of search and of the report reader."""

from django.urls import path

from search import api_views, views

urlpatterns = [
    path("search/", views.search_view, name="search"),
    path("search/suggest/", api_views.search_suggest, name="search_suggest"),
    path("api/search/", api_views.search_json, name="search_json"),
    path("api/openapi.json", api_views.openapi, name="openapi"),
    path("n/<str:code>/report/<int:pk>/<int:number>/", views.report_page, name="report_page"),
    path(
        "n/<str:code>/report/<int:pk>/<int:number>/text/",
        views.report_page,
        {"text_only": True},
        name="report_text",
    ),
    path("n/<str:code>/report/<int:pk>/<int:number>/image", views.report_image, name="report_image"),
]
