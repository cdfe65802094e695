"""Addresses below /county/."""

from django.urls import path

from notices import deadline_calendars, feeds, public_lists

urlpatterns = [
    path("", public_lists.county_index, name="county_index"),
    path("<str:code>/", public_lists.county_page, name="county"),
    path("<str:code>/feed.atom", feeds.notice_feed, name="county_feed"),
    path("<str:code>/deadlines.ics", deadline_calendars.county_calendar, name="county_calendar"),
]
