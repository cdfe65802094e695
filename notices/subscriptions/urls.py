"""Addresses of subscribing, confirming and stopping."""

from django.urls import path

from notices.subscriptions import views

urlpatterns = [
    path("n/<str:code>/subscribe/", views.subscribe_to_notice, name="notice_subscribe"),
    path("county/<str:code>/subscribe/", views.subscribe_to_county, name="county_subscribe"),
    path("subscriptions/sent/", views.sent, name="subscription_sent"),
    path("subscriptions/confirm/<str:token>/", views.confirm, name="subscription_confirm"),
    path("subscriptions/stop/<str:token>/", views.stop, name="subscription_stop"),
]
