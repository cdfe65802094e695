"""The second factor is on, as in production."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import People, make_people


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.TWO_FACTOR = True


@pytest.fixture
def people() -> People:
    return make_people()
