"""From a parsed notice to facts and findings."""

from __future__ import annotations

import json
from datetime import date

import pytest

from notices.importer.facts import facts_from_parsed
from notices.importer.parser import parse_page
from notices.importer.report import page_report
from notices.statutory.facts import NEVER_IN_TEXT, NoticeKind, Way
from notices.statutory.workdays import Calendar
from tests.notices.importer.pages import ACCEPTANCE, ARTICLE, FIRST_ROUND, WHOLE

CALENDAR = Calendar({}, "test")
ON = date(2023, 5, 8)


def rules_on(text: str) -> set[str]:
    [report] = page_report(text, "x.txt", on=ON, calendar=CALENDAR)
    return {finding["rule"] for finding in report["findings"]}


def test_facts_carry_what_the_notice_says() -> None:
    facts = facts_from_parsed(parse_page(WHOLE)[0])
    assert facts.kind is NoticeKind.DRAFT_REPORT
    assert facts.villages == ("柳树沟村", "上河村")
    assert facts.window_end == date(2023, 5, 22)
    assert {way.way: way.address for way in facts.ways}[Way.LETTER].startswith("青石县东湾镇工业路8号")
    assert facts.paper_places[0].address == "青石县东湾镇文化站"


def test_a_whole_notice_leaves_unseen_only_what_no_text_shows() -> None:
    assert facts_from_parsed(parse_page(WHOLE)[0]).unseen == NEVER_IN_TEXT | {"art31_evidence"}


def test_an_attachment_is_a_file_and_no_address() -> None:
    text = WHOLE.replace("网络链接：https://www.example.cn/draft/12.pdf", "网络链接：见附件1")
    facts = facts_from_parsed(parse_page(text)[0])
    assert (facts.draft_report_url, [file.name for file in facts.draft_report_files]) == (None, ["附件1"])


def test_ways_of_a_cut_notice_without_addresses_are_not_judged() -> None:
    cut = WHOLE[: WHOLE.index("联系人")] + "联系人：钱"
    notice = parse_page(cut)[0]
    assert notice.truncated
    assert "L08" not in rules_on(cut)
    assert "L08" in rules_on(cut.replace("联系人：钱", ""))


def test_a_missing_date_is_found() -> None:
    assert "L01" in rules_on(
        WHOLE.replace("2023年5月8日至2023年5月22日，共10个工作日", "公示之日起10个工作日内")
    )
    assert "L01" not in rules_on(WHOLE)


def test_the_first_round_is_judged_by_its_own_items() -> None:
    assert not {"L01", "L09"} & rules_on(FIRST_ROUND)


@pytest.mark.parametrize("text", [ACCEPTANCE, ARTICLE, ""])
def test_pages_that_are_not_the_proponents_notices_have_no_findings(text: str) -> None:
    [report] = page_report(text, "x.txt", on=ON, calendar=CALENDAR)
    assert report["findings"] == []
    assert json.loads(json.dumps(report)) == report
    with pytest.raises(ValueError, match="kind"):
        facts_from_parsed(parse_page(text)[0])


def test_a_finding_as_json_says_rule_article_source_and_what_to_do() -> None:
    [report] = page_report(FIRST_ROUND, "x.txt", on=ON, calendar=CALENDAR)
    assert report["findings"]
    keys = {"rule", "title", "article", "checked", "level", "field", "message", "suggestion"}
    assert all(set(finding) == keys and finding["article"] for finding in report["findings"])
