"""How well the importer reads pages that nobody fitted it to: invented ones in the habits of many agencies."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from notices.importer.parser import parse_page
from tests.notices.importer.scoring import Score, score_of
from tests.notices.importer.variants import Variant, handwritten, variants

COMPOSED_FLOORS = {
    "project_name": 0.98,
    "proponent": 0.98,
    "consultant": 0.98,
    "contact_name": 0.98,
    "contact_phone": 0.98,
    "contact_email": 0.98,
    "consultant_contact_phone": 0.97,
    "draft_report_url": 0.97,
    "opinion_form_url": 0.97,
    "paper_copy_place": 0.95,
    "public_scope": 0.97,
    "how_to_comment": 0.96,
    "window_text": 0.97,
    "window_start": 0.97,
    "window_end": 0.97,
    "location": 0.95,
    "nature": 0.95,
    "publication_date": 0.95,
}
HANDWRITTEN_FLOORS = dict.fromkeys(COMPOSED_FLOORS, 0.9) | {"paper_copy_place": 0.8}


@cache
def _scores(pages: Callable[[], tuple[Variant, ...]]) -> dict[str, Score]:
    return score_of((page.text, page.labels) for page in pages())


@pytest.mark.parametrize(("field", "floor"), COMPOSED_FLOORS.items())
def test_a_field_is_found_in_every_composed_wording(field: str, floor: float) -> None:
    assert _scores(variants)[field].f1 >= floor


@pytest.mark.parametrize(("field", "floor"), HANDWRITTEN_FLOORS.items())
def test_a_field_is_found_on_the_handwritten_pages(field: str, floor: float) -> None:
    assert _scores(handwritten)[field].f1 >= floor


@pytest.mark.parametrize("field", ["kind", "missing_items"])
def test_an_answer_about_an_invented_page_is_right(field: str) -> None:
    assert _scores(variants)[field].accuracy >= 0.97
    assert _scores(handwritten)[field].accuracy >= 0.95


def test_an_invented_page_is_one_notice() -> None:
    assert [page.number for page in (*variants(), *handwritten()) if len(parse_page(page.text)) != 1] == []
