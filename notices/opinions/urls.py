"""Addresses of the opinion form and of the look-up."""

from django.urls import path

from notices.opinions import lookup_views, views

urlpatterns = [
    path("n/<str:code>/opinion/", views.opinion_form, name="opinion_form"),
    path("receipt/", lookup_views.receipt_lookup, name="receipt_lookup"),
    path("receipt/pdf/", lookup_views.receipt_pdf, name="receipt_pdf"),
]
