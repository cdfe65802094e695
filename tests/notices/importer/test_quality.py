"""How well the importer reads the labelled notices; the floors lie a little below what was reached."""

from __future__ import annotations

import pytest

from notices.importer.parser import parse_page
from tests.notices.importer.scoring import samples, scores

F1_FLOORS = {
    "project_name": 0.94,
    "proponent": 0.95,
    "consultant": 0.95,
    "location": 0.80,
    "nature": 0.92,
    "investment_wan_yuan": 0.95,
    "contact_name": 0.97,
    "contact_phone": 0.97,
    "contact_email": 0.97,
    "consultant_contact_phone": 0.90,
    "draft_report_url": 0.95,
    "opinion_form_url": 0.93,
    "draft_link_kind": 0.90,
    "form_link_kind": 0.93,
    "paper_copy_place": 0.62,
    "public_scope": 0.94,
    "how_to_comment": 0.90,
    "window_text": 0.93,
    "window_start": 0.97,
    "window_end": 0.97,
    "window_working_days": 0.95,
    "publication_date": 0.95,
}


@pytest.mark.parametrize(("field", "floor"), F1_FLOORS.items())
def test_a_field_is_read_as_well_as_before(field: str, floor: float) -> None:
    assert scores()[field].f1 >= floor


@pytest.mark.parametrize(("field", "floor"), [("kind", 0.97), ("truncated", 0.89), ("missing_items", 0.90)])
def test_an_answer_about_the_page_agrees_with_its_reader(field: str, floor: float) -> None:
    assert scores()[field].accuracy >= floor


def test_every_labelled_page_is_one_notice() -> None:
    assert {sample.name for sample in samples() if len(parse_page(sample.text)) != 1} == set()


def test_every_text_is_part_of_its_page() -> None:
    fields = [*F1_FLOORS, "project_code", "signature_unit"]
    computed = {
        "investment_wan_yuan",
        "how_to_comment",
        "draft_link_kind",
        "form_link_kind",
        "window_working_days",
    }
    dates = {"window_start", "window_end", "publication_date"}
    for sample in samples():
        notice = parse_page(sample.text)[0]
        for field in set(fields) - computed - dates:
            value = getattr(notice, field)
            assert value is None or value in sample.text, (sample.name, field)
