"""What a draft takes from a text: every value with its place, nothing invented, no date that the law would not take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from notices.calendars import current_calendar
from notices.importer.drafting import DraftContent, Found, draft_content
from notices.importer.parser import parse_page
from notices.statutory.window import comment_window
from tests.notices.importer.pages import WHOLE

pytestmark = pytest.mark.django_db
PRINTED_START, PRINTED_END = date(2023, 5, 8), date(2023, 5, 22)


def content(text: str, *, today: date = date(2023, 5, 1), **changes: Any) -> DraftContent:
    [parsed] = parse_page(text)
    return draft_content(replace(parsed, **changes), today=today, calendar=current_calendar())


def values(found: DraftContent, name: str) -> list[Any]:
    return [item.value for item in found.found if item.name == name]


def passage(found: DraftContent, name: str) -> str:
    item: Found = next(item for item in found.found if item.name == name)
    return WHOLE[item.start : item.end]


def test_every_text_stands_in_the_source_at_its_place() -> None:
    found = content(WHOLE)
    texts = [
        item
        for item in found.found
        if isinstance(item.value, str) and item.name not in {"kind", "division_code"}
    ]
    assert len(texts) >= 8
    for item in texts:
        assert WHOLE[item.start : item.end] == item.value, item


def test_a_name_is_shown_behind_its_label_and_not_in_the_title() -> None:
    found = content(WHOLE)
    [item] = [item for item in found.found if item.name == "proponent_name"]
    assert WHOLE[: item.start].endswith("建设单位：")
    [signed] = [item for item in found.found if item.name == "signature_unit"]
    assert WHOLE[signed.end :].startswith("\n2023年5月8日")


def test_amounts_and_dates_name_the_words_that_they_were_worked_out_from() -> None:
    found = content(WHOLE)
    assert [str(value) for value in values(found, "investment_wan_yuan")] == ["12000.0"]
    assert "1.2亿元" in passage(found, "investment_wan_yuan")
    assert passage(found, "signature_date") == "2023年5月8日"
    assert "第二次" in passage(found, "kind")


def test_each_way_brings_the_address_that_the_text_gives() -> None:
    ways = {row["way"]: row["address"] for row in values(content(WHOLE), "ways")}
    assert ways["email"] == "qian@example.cn"
    assert ways["phone"] == "0999-1234567"
    assert "工业路8号" in ways["letter"]


def test_a_way_without_an_address_says_so_and_stays_empty() -> None:
    text = WHOLE.replace("通讯地址：青石县东湾镇工业路8号 邮编：999100\n", "")
    [letter] = [item for item in content(text).found if item.name == "ways" and item.value["way"] == "letter"]
    assert letter.value["address"] == ""
    assert "补上" in letter.doubt
    assert text[letter.start : letter.end] == "信函"


def test_the_villages_of_the_scope_become_rows() -> None:
    villages = [row["village"] for row in values(content(WHOLE), "places")]
    assert villages == ["柳树沟村", "上河村"]


def test_the_content_of_the_works_and_every_reading_place_are_taken() -> None:
    works, room = "新建骨料生产线一条", "东湾镇政府便民大厅"
    text = WHOLE + works + room
    found = content(text, construction_content=works, paper_copy_places=["青石县东湾镇文化站", room])
    assert values(found, "content") == [works]
    assert [row["address"] for row in values(found, "paper_places")] == ["青石县东湾镇文化站", room]


class TestDates:
    def test_a_printed_window_that_is_still_to_come_and_long_enough_is_taken(self) -> None:
        found = content(WHOLE)
        assert (
            comment_window(PRINTED_START, working_days=10, calendar=current_calendar()).last_day
            == PRINTED_END
        )
        assert values(found, "planned_date") == [PRINTED_START]
        assert values(found, "requested_last_day") == [PRINTED_END]

    def test_a_printed_end_that_is_too_early_is_a_doubt_and_not_a_date(self) -> None:
        found = content(WHOLE, window_end="2023-05-19")
        assert values(found, "planned_date") == [PRINTED_START]
        assert values(found, "requested_last_day") == []
        assert any("2023-05-19" in doubt and "2023-05-22" in doubt for doubt in found.doubts)

    def test_a_window_that_has_passed_is_a_doubt_and_not_a_date(self) -> None:
        found = content(WHOLE, today=date(2026, 11, 25))
        assert values(found, "planned_date") == values(found, "requested_last_day") == []
        assert any("已过" in doubt for doubt in found.doubts)
        assert values(found, "signature_date") == [date(2023, 5, 8)]

    def test_the_day_itself_can_still_be_planned(self) -> None:
        assert values(content(WHOLE, today=PRINTED_START), "planned_date") == [PRINTED_START]

    def test_a_term_without_dates_is_kept_as_a_doubt(self) -> None:
        text = WHOLE.replace("2023年5月8日至2023年5月22日，共10个工作日。", "自公示之日起10个工作日。")
        text = text.replace("2023年5月8日\n", "")
        found = content(text)
        assert values(found, "planned_date") == []
        assert any("10个工作日" in doubt for doubt in found.doubts)


def test_a_value_that_is_too_long_for_its_field_is_cut_and_says_so() -> None:
    long = "联系" + "甲" * 80
    found = content(WHOLE + long, contact_name=long)
    [item] = [item for item in found.found if item.name == "contact_name"]
    assert item.value == long[:60]
    assert "过长" in item.doubt


def test_a_doubt_about_a_field_stands_at_it_and_one_about_the_text_by_itself() -> None:
    text = WHOLE.replace("联系电话：0999-1234567", "联系电话：0999-1111111")
    found = content(text)
    [phone] = [item for item in found.found if item.name == "contact_phone"]
    assert "占位" in phone.doubt
    assert not any("占位" in doubt for doubt in found.doubts)
