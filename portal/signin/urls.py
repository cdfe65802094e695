"""The second step of signing in, before the admin."""

from django.urls import path

from portal.signin import views

urlpatterns = [
    path("code/", views.code, name="signin_code"),
    path("enrol/", views.enrolment, name="signin_enrol"),
    path("leave/", views.leave, name="signin_leave"),
]
