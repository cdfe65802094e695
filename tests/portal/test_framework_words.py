"""Wagtail's Chinese catalogue is not complete; what staff meet of the rest is said by the portal's own."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
import wagtail
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import an_operator, make_draft

ROOT = Path(wagtail.__file__).parent
PARTS = ("admin", "users", "snippets", "images", "documents", ".")
OURS = Path(settings.LOCALE_PATHS[1]) / "zh_Hans" / "LC_MESSAGES" / "django.mo"


def said_by_wagtail() -> dict[str, str]:
    """Return each sentence with its plural behind it."""
    words: dict[str, str] = {}
    quoted = r'(".*"(?:\n".*")*)'
    for part in PARTS:
        text = (ROOT / part / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
        for one, _line, several in re.findall(
            rf"^msgid {quoted}(\nmsgid_plural {quoted})?", text, re.MULTILINE
        ):
            words[unquoted(one)] = unquoted(one) + unquoted(several)
    return words


def unquoted(written: str) -> str:
    joined = "".join(line[1:-1] for line in written.split("\n"))
    return joined.replace(r"\"", '"').replace(r"\n", "\n").replace(r"\\", "\\")


def translations() -> dict[str, str]:
    with OURS.open("rb") as handle:
        catalogue = vars(gettext.GNUTranslations(handle))["_catalog"]
    plain = ((key[0] if isinstance(key, tuple) else key, words) for key, words in catalogue.items())
    return {key: words for key, words in plain if key}


def test_each_translated_sentence_is_one_of_this_wagtail() -> None:
    assert set(translations()) - said_by_wagtail().keys() == set()


def test_no_translation_asks_for_a_value_that_the_sentence_does_not_have() -> None:
    value, said = re.compile(r"%\(\w+\)[sd]|\{\w+\}"), said_by_wagtail()
    for key, words in translations().items():
        assert set(value.findall(words)) <= set(value.findall(said[key])), key


@pytest.mark.django_db
def test_an_empty_register_and_the_editor_speak_chinese() -> None:
    client = Client()
    client.force_login(an_operator())
    empty = client.get(reverse("calendarrecord:index")).content.decode()
    assert "还没有节假日安排。" in empty
    assert "Why not" not in empty
    assert (
        "自动保存" in client.get(reverse("wagtailadmin_pages:edit", args=[make_draft().pk])).content.decode()
    )
