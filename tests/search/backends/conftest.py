"""The index that the tests of search engines ask."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from wagtail.models import Page

from tests.search.backends.pages import pages_in_index


@pytest.fixture
def corpus(db: None, settings: Settings, tmp_path: Path) -> dict[str, Page]:
    return pages_in_index(settings, tmp_path)
