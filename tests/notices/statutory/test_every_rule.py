"""Each rule fires, and stays silent, for each kind of notice that it applies to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_10

from notices.statutory.divisions import Zone
from notices.statutory.facts import (
    FileFact,
    NoticeFacts,
    NoticeKind,
    PaperPlaceFact,
    PlaceFact,
    Way,
    WayFact,
)
from notices.statutory.rules import NOT_WAIVABLE, RULE_SETS, Finding, Stage, judge

from .schedules import real_calendar, second_round

ON = date(2022, 3, 17)
SINCE_CODE = date(2026, 9, 1)
FIRST, SECOND, LAST = NoticeKind.FIRST_ROUND, NoticeKind.DRAFT_REPORT, NoticeKind.PRE_APPROVAL
ALL = (FIRST, SECOND, LAST)
PARK = {"art31": True, "art31_evidence": ("园区", "审查意见", "符合")}
Case = tuple[str, tuple[NoticeKind, ...], dict[str, Any], dict[str, Any]]

# Rule, kinds, what makes it fire, what looks alike and is lawful.
CASES: tuple[Case, ...] = (
    ("L01", (SECOND,), {"window_end": None}, {"window_text": "2022年3月17日至3月31日"}),
    ("L02", (SECOND,), {"window_end": date(2022, 3, 29)}, {"window_end": date(2022, 4, 8)}),
    (
        "L03",
        (SECOND,),
        {"publication_date": date(2026, 12, 18), "window_start": date(2026, 12, 18), "window_end": date(2027, 1, 8)},
        {"publication_date": date(2026, 12, 1), "window_start": date(2026, 12, 1), "window_end": date(2026, 12, 15)},
    ),
    ("L04", (SECOND,), {"draft_report_files": ()}, {"draft_report_files": (FileFact("报告书.pdf", 200, 0.9),)}),
    ("L04", (LAST,), {"participation_statement_file": False}, {}),
    (
        "L05",
        ALL,
        {"platform_url": "https://pan.baidu.com/s/1abc"},
        {"platform_url": "https://www.anze.gov.cn/eia.html"},
    ),
    ("L06", (SECOND,), {"paper_places": (PaperPlaceFact("迎宾路8号"),)}, {}),
    ("L07", (FIRST, SECOND), {"opinion_form_provided": False}, {"opinion_form_url": "https://example.cn/form"}),
    (
        "L08",
        (FIRST, SECOND),
        {"ways": (WayFact(Way.LETTER),)},
        {"ways": (WayFact(Way.LETTER, "唐城镇迎宾路8号 042500"),)},
    ),
    ("L09", (SECOND,), {"public_scope": None}, {"public_scope": "青石村"}),
    ("L10", (FIRST, SECOND), {"text": "公众须提供身份证号。"}, {"text": "鼓励提供常住地址，不须提供身份证号。"}),
    ("L11", ALL, {"contact_name": "×××"}, {"text": "型号DN×200。"}),
    ("L12", ALL, {"text": "《环境影响评价公众参与暂行办法》"}, {"text": "《中华人民共和国环境影响评价法》"}),
    ("L14", ALL, {"project_code": "2106-144027-89-02-635569"}, {"project_code": None}),
    ("L15", (SECOND, LAST), {"insertions": ()}, {}),
    ("L16", (SECOND, LAST), {"postings": ()}, {**PARK, "postings": (), "window_end": date(2022, 3, 31)}),
    ("L17", (SECOND,), {"publication_date": date(2022, 3, 14)}, {"publication_date": date(2022, 3, 16)}),
    ("L18", (FIRST,), {"contract_date": date(2022, 3, 7)}, {"contract_date": date(2022, 3, 8)}),
    ("L19", (FIRST,), {"nature": "扩建"}, {"nature": "扩建", "existing_works": "现有生产线一条。"}),
    ("L19", (SECOND,), {**PARK, "nature": "扩建"}, {"nature": "扩建"}),
    ("L20", (SECOND, LAST), {"opinions_unanswered": 1}, {"opinions_unanswered": 0}),
    ("L20", (SECOND, LAST), {"opinions_untold": 1}, {"opinions_untold": 0}),
    ("L21", (SECOND, LAST), {"statement_count": 4}, {"statement_count": 3}),
    ("L21", (LAST,), {"statement_count": None}, {"statement_count": 0, "register_count": 0}),
    ("L22", ALL, {"personal_data_in_files": ("138****1234",)}, {}),
    ("L23", (SECOND,), {"art31": True, "art31_evidence": ("园区",)}, PARK),
    ("L23", (SECOND,), {**PARK, "art31_review_file": False}, {**PARK, "art31_review_file": True}),
    ("L24", ALL, {"signature_date": None}, {}),
    ("L25", ALL, {"project_name": ""}, {}),
    ("L25", (FIRST,), {"consultant": None}, {}),
    ("L25", (SECOND,), {**PARK, "consultant": None}, {"consultant": None}),
    ("L26", ALL, {"proponent_uscc": "91110000600037341M"}, {"proponent_uscc": "91110000600037341L"}),
    ("L27", ALL, {"contact_phone": "2223344"}, {"contact_phone": "李工 0357-2223344、138 0000 0000"}),
    ("L27", ALL, {"contact_email": "name.example.cn"}, {"contact_email": "name@example.cn"}),
    (
        "L27",
        ALL,
        {"ways": (WayFact(Way.ONLINE, "/n/1/"), WayFact(Way.FAX, "2223344"))},
        {"ways": (WayFact(Way.FAX, "0357-2223344转801"), WayFact(Way.PHONE, "188****4869"))},
    ),
    (
        "L28",
        (FIRST, SECOND),
        {"ways": (WayFact(Way.LETTER, "迎宾路8号 邮编：04250"),)},
        {"ways": (WayFact(Way.LETTER, "迎宾路8号 邮政编码 042500"),)},
    ),
    ("L29", ALL, {"division_code": "144027"}, {"division_code": "141027"}),
    ("L29", ALL, {"places": (PlaceFact("青石村", "999999"),)}, {"places": (PlaceFact("青石村", ""),)}),
    ("L30", (SECOND,), {"depth_decided": False}, {"depth_decided": True}),
)  # fmt: skip
SINCE_CODE_CASES: tuple[Case, ...] = (
    (
        "L13",
        ALL,
        {"text": "公开生态环境影响报告书，即环境影响报告书。"},
        {"text": "按《环境影响评价公众参与办法》公开生态环境影响报告书。"},
    ),
)
TABLE = [
    pytest.param(rule_id, kind, wrong, right, on, id=f"{rule_id}-{kind}-{number}")
    for cases, on in ((CASES, ON), (SINCE_CODE_CASES, SINCE_CODE))
    for number, (rule_id, kinds, wrong, right) in enumerate(cases)
    for kind in kinds
]


def facts(kind: NoticeKind, changes: dict[str, Any]) -> NoticeFacts:
    return second_round(**({"kind": kind, "participation_statement_file": True} | changes))


def found(kind: NoticeKind, rule_id: str, changes: dict[str, Any], on: date) -> list[Finding]:
    stage = Stage.STATEMENT if kind is LAST else Stage.PUBLICATION
    changes = {"publication_date": on} | changes if on is SINCE_CODE else changes
    findings = judge(facts(kind, changes), on=on, calendar=real_calendar(), stage=stage)
    return [finding for finding in findings if finding.rule_id == rule_id]


@pytest.mark.parametrize(("rule_id", "kind", "wrong", "right", "on"), TABLE)
def test_a_rule_fires_on_what_is_wrong_and_is_silent_on_what_is_right(
    rule_id: str, kind: NoticeKind, wrong: dict[str, Any], right: dict[str, Any], on: date
) -> None:
    findings = found(kind, rule_id, wrong, on)
    assert findings
    assert all(
        finding.title and finding.article and finding.message[-1] in "。.0123456789" for finding in findings
    )
    assert found(kind, rule_id, right, on) == []


def test_every_rule_has_a_case_for_every_kind_that_it_applies_to() -> None:
    tested = {
        (rule_id, kind) for rule_id, kinds, _wrong, _right in CASES + SINCE_CODE_CASES for kind in kinds
    }
    # Art. 31 (1) brings what the first round says into the second; those rules have a case of that.
    rules = {(rule.id, kind) for rules in RULE_SETS for rule in rules.rules for kind in rule.kinds}
    assert rules - tested == set()
    assert tested - rules == set()


@pytest.mark.parametrize(("kind", "level"), [(SECOND, "warn"), (LAST, "block")])
@pytest.mark.parametrize("changes", [{"insertions": ()}, {"opinions_unanswered": 1}, {"statement_count": 4}])
def test_what_the_statement_rests_on_blocks_the_publication_of_the_statement(
    kind: NoticeKind, level: str, changes: dict[str, Any]
) -> None:
    stage = Stage.STATEMENT if kind is LAST else Stage.PUBLICATION
    findings = judge(facts(kind, changes), on=ON, calendar=real_calendar(), stage=stage)
    assert [finding.level.value for finding in findings] == [level]


def test_a_wrong_phone_blocks_only_where_there_is_no_other_contact() -> None:
    alone = {"contact_phone": "2223344", "contact_email": None, "ways": (WayFact(Way.ONLINE, "/n/1/"),)}
    assert [row.level.value for row in found(LAST, "L27", alone, ON)] == ["block"]
    assert [
        row.level.value for row in found(LAST, "L27", {**alone, "contact_email": "a@example.cn"}, ON)
    ] == ["warn"]
    unseen = {**alone, "unseen": frozenset({"contact_email"})}
    assert found(LAST, "L27", unseen, ON) == []


def test_a_finding_names_its_row_as_the_editor_counts_it() -> None:
    ways = (WayFact(Way.ONLINE, "/n/1/"), WayFact(Way.PHONE, "0357-2223344"), WayFact(Way.LETTER))
    [finding] = found(SECOND, "L08", {"ways": ways}, ON)
    assert (finding.field, finding.row, finding.part) == ("ways", 1, "address")
    places = (
        PaperPlaceFact("迎宾路8号", "工作日", "李工 0357-2223344"),
        PaperPlaceFact("迎宾路9号", "", "李工"),
    )
    [finding] = found(SECOND, "L06", {"paper_places": places}, ON)
    assert (finding.row, finding.part) == (1, "hours")


@pytest.mark.parametrize(
    ("zone", "known"),
    [
        (Zone("141193", "吕梁新区"), True),
        (Zone("141193", "吕梁新区", date(2021, 1, 1), date(2022, 2, 1)), True),
        (Zone("141193", "吕梁新区", date(2022, 3, 1)), False),
        (Zone("141193", "吕梁新区", None, date(2022, 1, 31)), False),
        (Zone("141161", "文水经济开发区", None, date(2020, 1, 1)), False),
    ],
)
def test_a_zone_counts_in_a_project_code_while_its_code_was_in_use(zone: Zone, known: bool) -> None:
    code = f"2202-{zone.code}-89-05-70180"
    digit = mod_11_10.calc_check_digit(code.replace("-", ""))
    findings = judge(
        second_round(project_code=f"{code}{digit}", division_codes=()),
        on=ON,
        calendar=real_calendar(),
        zones=(zone,),
    )
    assert ([finding.rule_id for finding in findings] == []) is known
    if not known:
        assert "不在启用期内" in findings[0].message


def test_only_the_window_itself_is_beyond_waiving() -> None:
    assert set(NOT_WAIVABLE) == {"L01", "L02"}
