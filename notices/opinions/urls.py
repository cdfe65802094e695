"""Addresses of the opinion form, of the look-up and of the privacy notice."""

from django.urls import path
from django.views.generic import TemplateView

from notices.opinions import (
    consent_views,
    file_views,
    lookup_views,
    proof_views,
    public_views,
    registration_views,
    supplement_views,
    trial_views,
    views,
)

urlpatterns = [
    path("n/<str:code>/opinion/", views.opinion_form, name="opinion_form"),
    path("n/<str:code>/opinion/files/", file_views.stage_files, name="opinion_files"),
    path("n/<str:code>/opinion/try/", trial_views.opinion_trial, name="opinion_trial"),
    path("n/<str:code>/opinions/", public_views.public_opinions, name="public_opinions"),
    path(
        "n/<str:code>/meetings/<int:pk>/register/",
        registration_views.registration,
        name="meeting_registration",
    ),
    path(
        "n/<str:code>/meetings/<int:pk>/registered/",
        registration_views.registration_lookup,
        name="meeting_lookup",
    ),
    path("privacy/", TemplateView.as_view(template_name="opinions/privacy.html"), name="privacy"),
    path("receipt/", lookup_views.receipt_lookup, name="receipt_lookup"),
    path("receipt/proof/", proof_views.receipt_proof, name="receipt_proof"),
    path("receipt/pdf/", lookup_views.receipt_pdf, name="receipt_pdf"),
    path("receipt/picture/", lookup_views.receipt_image, name="receipt_image"),
    path("receipt/supplement/", supplement_views.receipt_supplement, name="receipt_supplement"),
    path("receipt/consents/", consent_views.receipt_consents, name="receipt_consents"),
]
