"""An address with a number that no database can hold is no page, whoever asks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import an_operator

pytestmark = pytest.mark.django_db
LARGEST = 2**63 - 1


@pytest.mark.parametrize("number", [LARGEST, LARGEST + 1, 10**30])
@pytest.mark.parametrize(
    "name", ["opinions_desk", "notice_confirmation", "wagtailadmin_pages:edit", "notice_package"]
)
def test_there_is_no_page_of_such_a_number(name: str, number: int) -> None:
    client = Client()
    client.force_login(an_operator())
    for answer in (client.get(reverse(name, args=[number])), client.post(reverse(name, args=[number]))):
        assert answer.status_code == 404
