"""Templates written in the test itself."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.conf import LazySettings

BASE = '<!doctype html><html lang="{{ document_lang }}"><head><title>{{ document_title }}</title></head><body>%s</body></html>'


@pytest.fixture
def template(settings: LazySettings) -> Callable[[str], str]:
    """Return a function that makes a template of a body and gives its name."""

    def make(body: str) -> str:
        engines: list[dict[str, Any]] = deepcopy(settings.TEMPLATES)
        engines[0]["APP_DIRS"] = False
        engines[0]["OPTIONS"]["loaders"] = [
            ("django.template.loaders.locmem.Loader", {"t.html": BASE % body})
        ]
        settings.TEMPLATES = engines
        return "t.html"

    return make
