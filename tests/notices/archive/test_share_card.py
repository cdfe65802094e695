"""What a messenger shows of a notice whose address is passed on."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.staticfiles import finders

from tests.factories import make_notice

PUBLISHED = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.django_db
def test_a_notice_passed_on_in_a_chat_says_what_it_is_and_until_when(client: Any) -> None:
    with time_machine.travel(PUBLISHED, tick=False):
        notice = make_notice()
        html = client.get(f"/n/{notice.record.code}/").content.decode()
    card = dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)">', html))
    assert card["title"] == notice.title
    assert card["description"].startswith("2026年3月16日 24:00 截止。")
    assert card["url"].startswith("http")
    assert card["url"].endswith(f"/n/{notice.record.code}/")
    assert f'<link rel="canonical" href="{card["url"]}">' in html
    assert finders.find(urlsplit(card["image"]).path.removeprefix("/static/"))
