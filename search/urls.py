"""Addresses of search and of the report reader."""

from django.urls import path

from search import views

urlpatterns = [
    path("search/", views.search_view, name="search"),
    path("n/<str:code>/report/<int:pk>/<int:number>/", views.report_page, name="report_page"),
    path("n/<str:code>/report/<int:pk>/<int:number>/image", views.report_image, name="report_image"),
]
