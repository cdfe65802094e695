"""Freshness of the message catalogues, on a small project of its own."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from portal.messages import compile_catalogues, extract, problems

MANAGE = """
import sys
from pathlib import Path
from django.conf import settings
from django.core.management import execute_from_command_line
settings.configure(
    BASE_DIR=Path(__file__).parent,
    LOCALE_PATHS=[Path(__file__).parent / "portal" / "locale"],
    INSTALLED_APPS=[],
)
execute_from_command_line(sys.argv)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one message in Python and one in a template, and a fresh English catalogue."""
    project = tmp_path / "toy"
    for folder in ("portal/locale/en/LC_MESSAGES", "notices", "search", "templates"):
        (project / folder).mkdir(parents=True)
    (project / "manage.py").write_text(MANAGE)
    (project / "notices" / "words.py").write_text('WORD = _("我要提意见")\n')
    (project / "templates" / "page.html").write_text(
        "{% load i18n %}{% translate '公示列表' context '标题' %}\n"
    )
    extract(project)
    translate(project, "我要提意见", "Comment")
    translate(project, "公示列表", "Notices")
    compile_catalogues(locales(project))
    return project


def translate(root: Path, message: str, words: str) -> None:
    text = catalogue(root).read_text()
    before, entry, after = text.partition(f'msgid "{message}"\nmsgstr "')
    assert entry
    catalogue(root).write_text(before + entry + words + after[after.index('"') :])


def locales(root: Path) -> Path:
    return root / "portal" / "locale"


def catalogue(root: Path) -> Path:
    return locales(root) / "en" / "LC_MESSAGES" / "django.po"


def test_a_fresh_catalogue_has_no_problems(root: Path) -> None:
    assert "我要提意见" in catalogue(root).read_text()
    assert problems(root, locales(root)) == []


def test_a_new_text_in_the_code_is_noticed(root: Path) -> None:
    (root / "notices" / "more.py").write_text('WORD = _("查看回执")\n')
    (found,) = problems(root, locales(root))
    assert "查看回执" in found


def test_a_text_that_left_the_code_is_noticed(root: Path) -> None:
    (root / "templates" / "page.html").unlink()
    (found,) = problems(root, locales(root))
    assert "公示列表" in found


def test_a_translation_that_was_not_compiled_is_noticed(root: Path) -> None:
    translate(root, "我要提意见", "Send an opinion")
    (found,) = problems(root, locales(root))
    assert "django.mo" in found
    compile_catalogues(locales(root))
    assert problems(root, locales(root)) == []


def test_a_message_without_english_words_is_noticed(root: Path) -> None:
    translate(root, "公示列表", "")
    compile_catalogues(locales(root))
    (found,) = problems(root, locales(root))
    assert "没有译文" in found
    assert "公示列表" in found


def test_a_missing_compiled_file_is_noticed(root: Path) -> None:
    catalogue(root).with_suffix(".mo").unlink()
    (found,) = problems(root, locales(root))
    assert "django.mo" in found


def test_a_check_changes_nothing(root: Path) -> None:
    (root / "notices" / "more.py").write_text('WORD = _("查看回执")\n')
    before = catalogue(root).read_bytes()
    problems(root, locales(root))
    assert catalogue(root).read_bytes() == before


def test_in_the_language_of_the_code_a_message_stands_for_itself(root: Path) -> None:
    (locales(root) / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    extract(root)
    compile_catalogues(locales(root))
    with (locales(root) / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert vars(words)["_catalog"]["我要提意见"] == "我要提意见"
    assert problems(root, locales(root)) == []
