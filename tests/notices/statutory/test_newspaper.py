"""The newspaper text: never over its limit, never without an item, shortened in a fixed order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.statutory.facts import NoticeKind, PaperPlaceFact, Way, WayFact
from notices.statutory.newspaper import (
    LIMIT,
    Insertion,
    NewspaperFacts,
    NewspaperText,
    TooLongError,
    count_characters,
    newspaper_text,
)

VILLAGES = tuple(f"{name}村" for name in "甲乙丙丁戊己庚辛壬癸子丑")
DRAFT_ITEMS = (
    "（一）环境影响报告书征求意见稿全文的网络链接：https://gongshi.example.gov.cn/n/831007/",
    "查阅纸质报告书的方式和途径：",
    "（二）征求意见的公众范围：",
    "范围以外的公民、法人和其他组织也可以提出意见。",
    "（三）公众意见表的网络链接：https://gongshi.example.gov.cn/n/831007/opinion/",
    "（四）提出意见的方式和途径：网上填写意见表",
    "请留下有效的联系方式。",
    "（五）提出意见的起止时间：2026年3月17日至2026年3月31日24:00。",
)


def facts(**fields: Any) -> NewspaperFacts:
    values: dict[str, Any] = {
        "kind": NoticeKind.DRAFT_REPORT,
        "on": date(2026, 3, 17),
        "code": "831007",
        "address": "https://gongshi.example.gov.cn/n/831007/",
        "form_address": "https://gongshi.example.gov.cn/n/831007/opinion/",
        "project_name": "清水沟矿区生态修复项目",
        "project_code": "2202-141026-89-05-701804",
        "proponent": "安泽清源矿业有限公司",
        "location": "安泽县唐城镇清水沟",
        "nature": "新建",
        "content": "利用矸石分层填埋废弃沟道，覆土后造林。",
        "consultant": "山西绿衡环境咨询有限公司",
        "contact_name": "李工",
        "contact_phone": "0357-7000001",
        "paper_places": (PaperPlaceFact("文化街8号203室", "工作日9:00-17:30", "李工 0357-7000001"),),
        "public_scope": "清水沟村、柳坪村的村民和单位。",
        "villages": ("清水沟村", "柳坪村"),
        "ways": (
            WayFact(Way.ONLINE, "/n/831007/opinion/"),
            WayFact(Way.PHONE, "0357-7000001"),
            WayFact(Way.LETTER, "安泽县府城镇文化街8号 邮编 042500"),
        ),
        "first_day": date(2026, 3, 17),
        "last_day": date(2026, 3, 31),
        "signature_unit": "安泽清源矿业有限公司",
        "signature_date": date(2026, 3, 17),
        "insertion": Insertion(number=1, days=(date(2026, 3, 18), date(2026, 3, 24))),
    }
    return NewspaperFacts(**{**values, **fields})


def test_it_holds_all_that_the_law_asks_for() -> None:
    made = newspaper_text(facts())
    assert made.shortened == ()
    for expected in (
        "清水沟矿区生态修复项目环境影响报告书征求意见稿公示",
        "第1次刊登（共2次：第1次2026年3月18日，第2次2026年3月24日）",
        "项目代码2202-141026-89-05-701804",
        "公示码831007",
        "根据《环境影响评价公众参与办法》第十条",
        *DRAFT_ITEMS,
        "电话0357-7000001；信函安泽县府城镇文化街8号",
        "联系人：李工，电话0357-7000001",
    ):
        assert expected in made.text
    assert made.text.endswith("安泽清源矿业有限公司\n2026年3月17日")


def test_the_second_insertion_says_so() -> None:
    second = facts(insertion=Insertion(number=2, days=(date(2026, 3, 18), None)))
    assert "第2次刊登（共2次：第1次2026年3月18日）" in newspaper_text(second).text
    assert "第2次刊登（共2次）" in newspaper_text(facts(insertion=Insertion(number=2))).text


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("公示 公告\n", 4), ("24:00。", 6), ("　全角空格", 4), ("http://a/", 9)]
)
def test_newspapers_count_punctuation_and_no_spaces(text: str, count: int) -> None:
    assert count_characters(text) == count


def test_words_follow_the_law_of_the_day() -> None:
    assert "生态环境影响报告书征求意见稿公示" in newspaper_text(facts(on=date(2026, 8, 15))).text


def test_a_provisional_end_and_a_simplified_term_are_said() -> None:
    text = newspaper_text(facts(provisional=True, art31=True)).text
    assert "24:00。适用第三十一条，期限为5个工作日。截止日暂定，只会延后，不会提前。" in text


def test_the_first_round_has_its_own_five_items_and_no_second_insertion() -> None:
    text = newspaper_text(
        facts(
            kind=NoticeKind.FIRST_ROUND,
            nature="扩建",
            existing_works="现有生产线一条，废水回用",
            last_day=None,
            insertion=None,
        )
    ).text
    for expected in (
        "清水沟矿区生态修复项目环境影响评价首次信息公开",
        "第九条",
        "（一）项目名称：清水沟矿区生态修复项目",
        "建设地点：安泽县唐城镇清水沟。",
        "建设内容：利用矸石分层填埋废弃沟道",
        "现有工程及其环境保护情况：现有生产线一条，废水回用。",
        "（二）建设单位名称和联系方式：安泽清源矿业有限公司，李工，电话0357-7000001。",
        "（三）环境影响报告书编制单位的名称：山西绿衡环境咨询有限公司。",
        "（四）公众意见表的网络链接：https://gongshi.example.gov.cn/n/831007/opinion/",
        "（五）提交公众意见表的方式和途径：",
        "自公开之日起至征求意见稿公示时止。",
    ):
        assert expected in text
    assert "刊登" not in text
    assert "联系人" not in text


def test_the_round_before_approval_names_the_report_and_the_statement() -> None:
    text = newspaper_text(facts(kind=NoticeKind.PRE_APPROVAL, last_day=None, insertion=None)).text
    assert "第二十条" in text
    assert "（一）拟报批的环境影响报告书全文的网络链接：https://gongshi.example.gov.cn/n/831007/" in text
    assert "（二）公众参与说明的网络链接：https://gongshi.example.gov.cn/n/831007/" in text
    assert "征求公众意见" not in text


class TestShortening:
    def test_what_the_round_does_not_ask_for_goes_first(self) -> None:
        made = newspaper_text(facts(content="建设拦挡坝和截洪沟，" * 40))
        assert [reason.split("，")[0] for reason in made.shortened] == ["建设内容和现有工程没有写"]
        assert "拦挡坝" not in made.text
        assert "清水沟村、柳坪村的村民和单位" in made.text

    def test_then_villages_are_counted_because_the_page_lists_them(self) -> None:
        scope = "、".join(f"安泽县唐城镇{village}全体村民以及村内学校和卫生室" for village in VILLAGES)
        made = newspaper_text(facts(public_scope=scope, villages=VILLAGES, content="填沟造林，" * 20))
        assert "征求意见的公众范围：甲村、乙村等12个村（社区）和单位，名单见网页。" in made.text
        assert "公众范围只写前两个村，名单在网页上" in made.shortened

    def test_a_scope_that_the_page_does_not_list_is_never_shortened(self) -> None:
        with pytest.raises(TooLongError) as caught:
            newspaper_text(facts(public_scope="评价范围内的村庄和单位，" * 60, villages=()))
        assert caught.value.fields[0] == "征求意见的公众范围"
        assert "请缩短：征求意见的公众范围" in str(caught.value)

    def test_more_places_and_ways_are_on_the_page(self) -> None:
        places = tuple(
            PaperPlaceFact(f"安泽县府城镇文化街{number}号办公楼一楼值班室", "每日8:00至18:00", "值班室")
            for number in range(1, 13)
        )
        ways = (
            WayFact(Way.LETTER, "安泽县府城镇文化街8号清源矿业有限公司环境管理部李工收，" * 12),
            WayFact(Way.PHONE, "0357-7000001"),
        )
        made = newspaper_text(facts(paper_places=places, ways=ways))
        assert "（另有11处，见网页）" in made.text
        assert "电话0357-7000001；也可以用信函，地址见网页。" in made.text

    def test_the_description_of_a_first_round_is_cut_after_a_sentence(self) -> None:
        made = newspaper_text(
            facts(kind=NoticeKind.FIRST_ROUND, content="建设拦挡坝。" + "分层填充，" * 160, insertion=None)
        )
        assert "建设内容：建设拦挡坝。详见网页。" in made.text


def attempt(wanted: NewspaperFacts) -> NewspaperText | TooLongError:
    try:
        return newspaper_text(wanted)
    except TooLongError as error:
        return error


words = st.text(alphabet="山水村镇矿项目，。； 0123\n", max_size=260)
short_words = st.text(alphabet="山水村镇矿项目", min_size=1, max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    content=words,
    scope=words,
    name=short_words,
    villages=st.lists(short_words, max_size=14),
    places=st.lists(st.builds(PaperPlaceFact, short_words, words, short_words), max_size=4),
    ways=st.lists(st.builds(WayFact, st.sampled_from(Way), words), max_size=6),
    kind=st.sampled_from(NoticeKind),
)
def test_it_never_exceeds_the_limit_and_never_loses_an_item(
    content: str,
    scope: str,
    name: str,
    villages: list[str],
    places: list[PaperPlaceFact],
    ways: list[WayFact],
    kind: NoticeKind,
) -> None:
    wanted = replace(
        facts(),
        kind=kind,
        content=content,
        existing_works=content,
        public_scope=scope,
        project_name=name,
        villages=tuple(villages),
        paper_places=tuple(places),
        ways=tuple(ways),
    )
    made = attempt(wanted)
    if isinstance(made, TooLongError):
        assert made.count > LIMIT
        assert made.fields
        return
    assert made.count == count_characters(made.text) <= LIMIT
    numbers = {NoticeKind.PRE_APPROVAL: "一二"}.get(kind, "一二三四五")
    lines = [line for line in made.text.split("\n") if line.startswith("（")]
    assert [line[1] for line in lines] == list(numbers)
    if kind == NoticeKind.DRAFT_REPORT:
        assert all(item in made.text for item in DRAFT_ITEMS)
    assert name in made.text
    assert wanted.address in made.text
