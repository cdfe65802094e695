"""The two notices of the newspaper page of 2022-03-17."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notices.importer.facts import facts_from_parsed
from notices.importer.parser import ParsedNotice, parse_page
from notices.importer.report import FIELDS, page_report
from notices.statutory.workdays import Calendar
from tests.notices.importer.scoring import newspaper

CALENDAR = Calendar({}, "test")
ON = date(2022, 3, 17)


@pytest.fixture(scope="module")
def notices() -> list[ParsedNotice]:
    return parse_page(newspaper())


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    return page_report(newspaper(), "page.txt", on=ON, calendar=CALENDAR)


def test_the_page_holds_exactly_two_second_rounds(notices: list[ParsedNotice]) -> None:
    assert [(notice.kind, notice.truncated) for notice in notices] == [
        ("second_round", False),
        ("second_round", True),
    ]
    assert all("风险区" not in notice.source_text and "上接" not in notice.source_text for notice in notices)


def test_anze_is_complete(notices: list[ParsedNotice]) -> None:
    anze = notices[0]
    assert anze.missing_items == []
    assert anze.project_code == "2202-141026-89-05-701804"
    assert (anze.proponent, anze.consultant) == (
        "河南开源工程开发有限公司安泽分公司",
        "山西中环惠众环保科技有限公司",
    )
    assert (anze.nature, anze.investment_wan_yuan, anze.filing_date) == ("新建", 1500.0, "2022-02-22")
    assert set(anze.how_to_comment) == {"phone", "letter", "email", "visit"}
    assert (anze.window_working_days, anze.window_start, anze.window_end) == (10, None, None)


def test_the_doubts_of_anze_are_at_their_fields(notices: list[ParsedNotice]) -> None:
    doubts = [doubt.field for doubt in notices[0].doubts]
    assert doubts.count("opinion_form_url") == 2
    assert {"project_code", "draft_report_url", "opinion_form_url"} <= set(doubts)


def test_what_follows_the_cut_of_fushan_was_not_seen(notices: list[ParsedNotice]) -> None:
    facts = facts_from_parsed(notices[1])
    assert {
        "window_text",
        "window_start",
        "ways",
        "opinion_form_url",
        "public_scope",
        "signature_date",
    } <= facts.unseen
    assert not {"project_name", "project_code", "proponent", "location"} & facts.unseen
    assert "location" in {doubt.field for doubt in notices[1].doubts}


def test_the_rules_find_on_anze_what_its_text_lacks(reports: list[dict[str, Any]]) -> None:
    found = {(finding["rule"], finding["level"]) for finding in reports[0]["findings"]}
    assert found == {
        ("L01", "block"),
        ("L04", "block"),
        ("L05", "block"),
        ("L06", "warn"),
        ("L07", "block"),
        ("L08", "block"),
        ("L09", "warn"),
        ("L24", "warn"),
    }


def test_the_rules_find_on_fushan_its_code_only(reports: list[dict[str, Any]]) -> None:
    [finding] = reports[1]["findings"]
    assert (finding["rule"], finding["level"]) == ("L14", "warn")
    assert "2106-141027-89-02-635569" in finding["message"]


def test_a_report_has_every_field_of_the_collection(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        assert {*FIELDS, "source", "findings", "doubts"} == set(report)
        assert report["source"] == "page.txt"
