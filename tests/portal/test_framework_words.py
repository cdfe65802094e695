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


def said_by_wagtail() -> set[str]:
    words: set[str] = set()
    for part in PARTS:
        text = (ROOT / part / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
        for written in re.findall(r'^msgid (".*"(?:\n".*")*)', text, re.MULTILINE):
            joined = "".join(line[1:-1] for line in written.split("\n"))
            words.add(joined.replace(r"\"", '"').replace(r"\n", "\n").replace(r"\\", "\\"))
    return words


def translations() -> dict[str, str]:
    with OURS.open("rb") as handle:
        catalogue = vars(gettext.GNUTranslations(handle))["_catalog"]
    plain = ((key[0] if isinstance(key, tuple) else key, words) for key, words in catalogue.items())
    return {key: words for key, words in plain if key}


def test_each_translated_sentence_is_one_of_this_wagtail() -> None:
    assert set(translations()) - said_by_wagtail() == set()


def test_no_translation_asks_for_a_value_that_the_sentence_does_not_have() -> None:
    value = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for key, words in translations().items():
        plural_values = {"%(counter)s", "%(live_descendant_count)s", "%(num_user)s"}
        assert set(value.findall(words)) <= set(value.findall(key)) | plural_values, key


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
