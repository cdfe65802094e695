"""Whatever is asked, typed or uploaded: a page, a complaint or a refusal, never an error of the server.

The same at full size: ``make bench NAMES=fuzz``.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import House, is_fault, knock, make_house

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SMALL = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def _no_fault(house: House, data: st.DataObject) -> None:
    door = data.draw(st.sampled_from(house.doors), label="door")
    assert not is_fault(knock(house, data, door))


def test_no_address_fails_whatever_is_asked_or_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    house = make_house(monkeypatch)
    SMALL(given(st.data())(lambda data: _no_fault(house, data)))()
