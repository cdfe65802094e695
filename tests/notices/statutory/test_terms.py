"""Vocabulary and citations change on 2026-08-15."""

from datetime import date

import pytest

from notices.statutory.official_form import OPINION_FORM, SECOND_ROUND_HEADINGS, WORDINGS
from notices.statutory.terms import CITATIONS, TERM_SETS, citation, term, term_set, term_set_for

BEFORE, AFTER = date(2026, 8, 14), date(2026, 8, 15)


def test_the_words_of_the_field_change_with_the_code() -> None:
    assert term("eia_report", on=BEFORE) == "环境影响报告书"
    assert term("eia_report", on=AFTER) == "生态环境影响报告书"
    assert term("eia", on=date(2019, 1, 1)) == "环境影响评价"


def test_the_title_of_order_no_4_does_not_change() -> None:
    assert (
        term("order4", on=BEFORE)
        == term("order4", on=AFTER)
        == "《环境影响评价公众参与办法》（生态环境部令第4号）"
    )


def test_term_sets_are_found_by_day_and_by_version() -> None:
    assert term_set_for(BEFORE).version == "terms@2019-01-01"
    assert term_set_for(AFTER).version == "terms@2026-08-15"
    assert term_set_for(date(2010, 1, 1)) is TERM_SETS[0]
    assert term_set("terms@2019-01-01") is TERM_SETS[0]
    assert set(TERM_SETS[0].terms) == set(TERM_SETS[1].terms)
    with pytest.raises(KeyError):
        term_set("terms@1999")


def test_a_citation_out_of_force_gives_way_to_its_successor() -> None:
    assert str(citation("eia_law_21", on=BEFORE)) == "《环境影响评价法》第二十一条"
    assert str(citation("eia_law_21", on=AFTER)) == "《生态环境法典》第一百零一条"
    assert citation("interim_measures", on=AFTER).key == "order4"
    assert not citation("eia_law_21").in_force(AFTER)


def test_every_successor_exists() -> None:
    successors = {found.replaced_by for found in CITATIONS.values() if found.replaced_by}
    assert successors <= set(CITATIONS)


def test_the_official_form_keeps_the_opinion_apart_from_the_person() -> None:
    assert [field.key for field in OPINION_FORM.page_one.fields] == ["text"]
    assert [section.key for section in OPINION_FORM.page_two] == ["person", "organisation"]
    assert "2018年第48号" in OPINION_FORM.source


def test_fixed_wordings_name_their_source() -> None:
    assert len(SECOND_ROUND_HEADINGS) == 5
    assert all(wording.source for wording in (*SECOND_ROUND_HEADINGS, *WORDINGS.values()))
    assert "真实性和结果负责" in WORDINGS["footer"].text
