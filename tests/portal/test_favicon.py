"""The address that browsers and feed readers ask for without having read a page."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.test import Client


def test_the_icon_stands_at_the_address_that_everybody_guesses(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert finders.find(answer["Location"].removeprefix("/static/"))
    assert not answer.cookies
