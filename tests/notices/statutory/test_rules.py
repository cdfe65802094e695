"""Every rule fires where it should and stays silent where it should."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.statutory.facts import (
    FileFact,
    InsertionFact,
    NoticeFacts,
    NoticeKind,
    PaperPlaceFact,
    PostingFact,
    Way,
    WayFact,
)
from notices.statutory.rules import RULE_SETS, Finding, Level, Stage, judge, rule_set, rule_set_for

from .schedules import real_calendar, second_round

ON = date(2022, 3, 17)
FIELDS = {field.name for field in fields(NoticeFacts)}


def found(
    facts: NoticeFacts, rule_id: str, *, stage: Stage = Stage.PUBLICATION, on: date = ON
) -> list[Finding]:
    return [
        finding
        for finding in judge(facts, on=on, calendar=real_calendar(), stage=stage)
        if finding.rule_id == rule_id
    ]


def levels(facts: NoticeFacts, rule_id: str, *, stage: Stage = Stage.PUBLICATION, on: date = ON) -> list[str]:
    return [finding.level.value for finding in found(facts, rule_id, stage=stage, on=on)]


def first_round(**changes: object) -> NoticeFacts:
    return second_round(
        **({"kind": NoticeKind.FIRST_ROUND, "draft_report_files": (), "paper_places": ()} | changes)
    )


@pytest.mark.parametrize("stage", list(Stage))
def test_a_complete_second_round_notice_has_no_findings(stage: Stage) -> None:
    assert judge(second_round(), on=ON, calendar=real_calendar(), stage=stage) == []


def test_a_complete_first_round_notice_has_no_findings() -> None:
    assert judge(first_round(), on=ON, calendar=real_calendar()) == []


def test_a_complete_pre_approval_notice_has_no_findings() -> None:
    facts = second_round(kind=NoticeKind.PRE_APPROVAL, participation_statement_file=True)
    assert judge(facts, on=ON, calendar=real_calendar(), stage=Stage.STATEMENT) == []


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("stage", list(Stage))
def test_an_empty_notice_is_judged_without_error_and_blocked(kind: NoticeKind, stage: Stage) -> None:
    findings = judge(NoticeFacts(kind=kind), on=ON, calendar=real_calendar(), stage=stage)
    assert findings[0].level is Level.BLOCK


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("stage", list(Stage))
def test_nothing_is_said_about_what_was_not_seen(kind: NoticeKind, stage: Stage) -> None:
    unseen = NoticeFacts(kind=kind, unseen=frozenset(FIELDS))
    assert judge(unseen, on=ON, calendar=real_calendar(), stage=stage) == []


any_date = st.none() | st.dates()


@settings(deadline=timedelta(seconds=5))
@given(st.sampled_from(NoticeKind), any_date, any_date, any_date, any_date, any_date, st.sampled_from(Stage))
def test_judging_ends_soon_and_without_error_whatever_dates_were_typed(
    kind: NoticeKind,
    published: date | None,
    start: date | None,
    end: date | None,
    other: date | None,
    later: date | None,
    stage: Stage,
) -> None:
    facts = second_round(
        kind=kind,
        publication_date=published,
        window_start=start,
        window_end=end,
        contract_date=other,
        filing_date=other,
        insertions=(InsertionFact(other), InsertionFact(later)),
        postings=(PostingFact("青石村", other, later),),
    )
    judge(facts, on=ON, calendar=real_calendar(), stage=stage)


BLOCKING = [
    ("L01", {"window_start": None, "window_end": None, "window_text": "10个工作日内"}, "window_start"),
    ("L01", {"window_end": None}, "window_end"),
    ("L02", {"window_end": date(2022, 3, 29)}, "window_end"),
    ("L02", {"window_end": date(2022, 3, 16)}, "window_end"),
    ("L02", {"publication_date": None, "window_start": date(202, 3, 17)}, "window_end"),
    ("L02", {"window_end": date(2122, 3, 31)}, "window_end"),
    ("L04", {"draft_report_files": ()}, "draft_report_files"),
    ("L04", {"draft_report_files": (), "draft_report_url": "https://example.cn/a.pdf"}, "draft_report_files"),
    ("L04", {"draft_report_files": (FileFact("报告书简本.pdf", 80),)}, "draft_report_files"),
    ("L04", {"draft_report_files": (FileFact("报告书.pdf", 0),)}, "draft_report_files"),
    ("L05", {"draft_report_url": "https://pan.baidu.com/s/1abc"}, "draft_report_url"),
    (
        "L05",
        {"draft_report_url": "http://www.example.com/forum.php?mod=viewthread&tid=1"},
        "draft_report_url",
    ),
    ("L05", {"opinion_form_url": "https://bbs.example.cn/t/1"}, "opinion_form_url"),
    ("L05", {"opinion_form_url": "https://passport.example.cn/in?next=form"}, "opinion_form_url"),
    ("L06", {"paper_places": ()}, "paper_places"),
    ("L07", {"opinion_form_provided": False}, "opinion_form_url"),
    ("L08", {"ways": ()}, "ways"),
    ("L08", {"ways": (WayFact(Way.LETTER),)}, "ways"),
    ("L08", {"ways": (WayFact(Way.EMAIL, "example.cn"),)}, "ways"),
    ("L08", {"ways": (WayFact(Way.PHONE, "见公告"),)}, "ways"),
    ("L09", {"public_scope": None}, "public_scope"),
    ("L10", {"text": "公众应采用实名方式并提供常住地址。"}, "text"),
    ("L10", {"text": "意见须注明身份证号码，否则无效。"}, "text"),
    ("L11", {"text": "征求意见稿的网络链接：由生态环境局生成"}, "text"),
    ("L11", {"text": "联系人：×××"}, "text"),
    ("L11", {"text": "查阅地点待定。"}, "text"),
    ("L22", {"personal_data_in_files": ("138****1234",)}, "personal_data_in_files"),
    ("L23", {"art31": True}, "art31_evidence"),
    ("L23", {"art31": True, "art31_evidence": ("安泽经济技术开发区",)}, "art31_evidence"),
    ("L25", {"project_name": " "}, "project_name"),
    ("L25", {"proponent": None}, "proponent"),
]
WARNING = [
    ("L02", {"window_end": date(2022, 3, 30)}, "window_end"),
    (
        "L03",
        {
            "publication_date": date(2026, 12, 18),
            "window_start": date(2026, 12, 18),
            "window_end": date(2027, 1, 5),
        },
        "window_end",
    ),
    ("L04", {"draft_report_files": (FileFact("报告书.pdf", 200, 0.1),)}, "draft_report_files"),
    ("L04", {"draft_report_files": (FileFact("报告书.pdf", 3),)}, "draft_report_files"),
    ("L06", {"paper_places": (PaperPlaceFact("青石环保有限公司"),)}, "paper_places"),
    ("L06", {"paper_places": (PaperPlaceFact("迎宾路8号", "", "李工"),)}, "paper_places"),
    ("L09", {"villages": ()}, "villages"),
    ("L12", {"text": "根据《环境保护公众参与办法》（生态环境部令第4号）"}, "text"),
    ("L12", {"text": "根据《环境影响评价公众参与暂行办法》"}, "text"),
    ("L14", {"project_code": "2106-144027-89-02-635569"}, "project_code"),
    ("L15", {"insertions": ()}, "insertions"),
    ("L16", {"postings": ()}, "postings"),
    (
        "L17",
        {
            "insertions": (
                InsertionFact(date(2022, 3, 22), "", True),
                InsertionFact(date(2022, 3, 24), "", True),
            )
        },
        "insertions",
    ),
    ("L20", {"opinions_unanswered": 2}, "opinions_unanswered"),
    ("L21", {"statement_count": 2}, "statement_count"),
    ("L24", {"signature_unit": None}, "signature_unit"),
    ("L24", {"signature_date": None}, "signature_date"),
    ("L24", {"draft_report_url": "https://example.cn/" + "a" * 60}, "text"),
    ("L24", {"text": "http://example.cn/1 https://www.example.cn/2"}, "text"),
    ("L25", {"location": None}, "location"),
]


@pytest.mark.parametrize(
    ("rule_id", "changes", "field", "level"),
    [(*case, Level.BLOCK) for case in BLOCKING] + [(*case, Level.WARN) for case in WARNING],
)
def test_a_fault_is_found_with_its_field_and_level_and_only_where_it_was_seen(
    rule_id: str, changes: dict[str, object], field: str, level: Level
) -> None:
    findings = found(second_round(**changes), rule_id)
    assert [(finding.level, finding.field) for finding in findings] == [(level, field)]
    assert findings[0].message.endswith("。") or "2106-141027" in findings[0].message
    assert found(second_round(**changes, unseen=frozenset({field})), rule_id) == []


@pytest.mark.parametrize(
    ("rule_id", "changes"),
    [
        ("L02", {"window_end": date(2022, 4, 20)}),
        (
            "L02",
            {
                "publication_date": date(2022, 9, 27),
                "window_start": date(2022, 9, 28),
                "window_end": date(2022, 10, 14),
            },
        ),
        ("L02", {"art31": True, "window_end": date(2022, 3, 24)}),
        ("L05", {"draft_report_url": "https://www.example.gov.cn/col/1.html"}),
        ("L05", {"draft_report_url": "https://www.bbsteel.com.cn/report.pdf"}),
        ("L07", {"opinion_form_provided": False, "opinion_form_url": "https://example.cn/form.docx"}),
        ("L08", {"ways": (WayFact(Way.PHONE), WayFact(Way.EMAIL, "邮箱：a.b@example.cn"))}),
        ("L08", {"ways": (WayFact(Way.PHONE, "188****4869"),)}),
        ("L10", {"text": "应当提供有效的联系方式，鼓励公众采用实名方式提交意见并提供常住地址。"}),
        ("L10", {"text": "须留有效联系方式,提倡实名。不需要提供身份证号。反应堆实名登记。"}),
        ("L11", {"text": "由煤矸石反应生成的气体，型号DN×200，见http://example.cn/xxx?id=XX。略有增加。"}),
        ("L12", {"text": "依据《中华人民共和国环境影响评价法》"}),
        ("L14", {"project_code": None}),
        ("L16", {"art31": True, "art31_evidence": ("园区", "审查意见", "符合"), "postings": ()}),
        ("L21", {"statement_count": None}),
        ("L23", {"art31": True, "art31_evidence": ("园区", "审查意见", "符合")}),
    ],
)
def test_what_is_right_is_not_found_fault_with(rule_id: str, changes: dict[str, object]) -> None:
    assert found(second_round(**changes), rule_id) == []


def test_a_window_that_counts_its_first_day_is_told_article_201() -> None:
    finding = found(second_round(window_end=date(2022, 3, 30)), "L02")[0]
    assert "《民法典》第二百零一条" in finding.message
    assert finding.suggestion == "2022-03-31"


def test_the_form_link_may_not_be_the_report_link_in_another_spelling() -> None:
    facts = second_round(
        opinion_form_provided=False,
        draft_report_url="http://www.example.cn/view?tid=5&extra=page%3D1",
        opinion_form_url="https://example.cn/view?tid=5",
    )
    assert levels(facts, "L07") == ["block"]
    assert levels(replace(facts, opinion_form_url="https://example.cn/view?tid=6"), "L07") == []


def test_a_letter_address_without_post_code_is_only_a_hint() -> None:
    assert levels(second_round(ways=(WayFact(Way.LETTER, "安泽县唐城镇迎宾路8号"),)), "L08") == ["info"]
    assert levels(second_round(ways=(WayFact(Way.LETTER, "安泽县唐城镇迎宾路8号，042500"),)), "L08") == []


@pytest.mark.parametrize(
    ("rule_id", "changes"),
    [
        ("L15", {"insertions": ()}),
        ("L16", {"postings": ()}),
        ("L20", {"opinions_unanswered": 1}),
        ("L21", {"statement_count": 4}),
    ],
)
def test_rules_on_the_statement_warn_at_publication_and_block_later(
    rule_id: str, changes: dict[str, object]
) -> None:
    facts = second_round(**changes)
    assert levels(facts, rule_id) == ["warn"]
    assert levels(facts, rule_id, stage=Stage.STATEMENT) == ["block"]


def test_newspaper_dates_must_differ_and_lie_inside_the_window() -> None:
    same_day = (InsertionFact(date(2022, 3, 17), "", True),) * 2
    assert levels(second_round(insertions=same_day), "L15") == ["warn"]
    late = (InsertionFact(date(2022, 3, 17), "", True), InsertionFact(date(2022, 4, 1), "", True))
    assert len(found(second_round(insertions=late), "L15")) == 2


def test_a_planned_insertion_needs_no_page_image_yet() -> None:
    planned = (InsertionFact(date(2022, 3, 17)), InsertionFact(date(2022, 3, 21)))
    facts = second_round(insertions=planned)
    assert levels(facts, "L15") == []
    assert levels(facts, "L15", on=date(2022, 3, 18)) == ["warn"]
    assert levels(facts, "L15", stage=Stage.STATEMENT) == ["block"]


@pytest.mark.parametrize(
    ("posting", "part"),
    [
        (PostingFact("河西村", None, None, 1), "张贴日期"),
        (PostingFact("河西村", date(2022, 3, 17), None, 1), "拆除日期"),
        (PostingFact("河西村", date(2022, 3, 17), date(2022, 3, 29), 1), "不足10个工作日"),
        (PostingFact("河西村", date(2022, 3, 17), date(2022, 3, 31), 0), "照片"),
        (PostingFact("别的村", date(2022, 3, 17), date(2022, 3, 31), 1), "河西村没有张贴记录"),
    ],
)
def test_each_village_has_its_posting_long_enough_and_photographed(posting: PostingFact, part: str) -> None:
    other = PostingFact("青石村", date(2022, 3, 17), date(2022, 3, 31), 1)
    findings = found(second_round(postings=(other, posting)), "L16", stage=Stage.STATEMENT)
    assert [part in finding.message for finding in findings] == [True]


@pytest.mark.parametrize(
    ("contract", "late"), [(date(2022, 3, 8), False), (date(2022, 3, 7), True), (None, False)]
)
def test_the_first_round_follows_the_contract_within_seven_working_days(
    contract: date | None, late: bool
) -> None:
    assert levels(first_round(contract_date=contract), "L18") == (["warn"] if late else [])


@pytest.mark.parametrize(
    ("nature", "blocked"), [("新建", False), ("改建", True), ("技改", True), ("迁建", True), ("扩建", True)]
)
def test_changes_of_existing_works_describe_them_in_the_first_round(nature: str, blocked: bool) -> None:
    assert levels(first_round(nature=nature), "L19") == (["block"] if blocked else [])
    assert levels(first_round(nature=nature, existing_works="现有生产线一条，已通过验收。"), "L19") == []
    assert levels(second_round(nature=nature), "L19") == []


def test_the_first_round_names_consultant_and_contact() -> None:
    facts = first_round(consultant=None, contact_phone=None)
    assert [finding.field for finding in found(facts, "L25")] == ["consultant", "contact_phone"]


def test_the_pre_approval_publication_needs_report_and_statement() -> None:
    facts = second_round(kind=NoticeKind.PRE_APPROVAL, draft_report_files=())
    assert [finding.field for finding in found(facts, "L04")] == [
        "draft_report_files",
        "participation_statement_file",
    ]


def test_a_statement_without_a_summary_of_answers_is_blocked() -> None:
    assert levels(second_round(opinions_unanswered=None), "L20") == []
    assert levels(second_round(opinions_unanswered=None), "L20", stage=Stage.STATEMENT) == ["block"]


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 8, 14), []), (date(2026, 8, 15), ["info"])])
def test_mixed_vocabulary_is_mentioned_once_there_are_two(on: date, expected: list[str]) -> None:
    text = "《环境影响评价公众参与办法》生态环境影响报告书已编成，现公开环境影响报告书征求意见稿。"
    assert levels(second_round(text=text, publication_date=on), "L13", on=on) == expected
    unmixed = "按《环境影响评价公众参与办法》公开生态环境影响报告书。"
    assert levels(second_round(text=unmixed, publication_date=on), "L13", on=on) == []


@pytest.mark.parametrize(("published", "expected"), [(date(2026, 8, 14), []), (date(2026, 8, 15), ["warn"])])
def test_repealed_laws_are_named_from_the_day_of_the_code(published: date, expected: list[str]) -> None:
    facts = second_round(text="依据《中华人民共和国环境影响评价法》", publication_date=published)
    assert levels(facts, "L12", on=date(2026, 11, 23)) == expected


def test_no_law_is_called_repealed_when_the_date_was_not_seen() -> None:
    facts = second_round(
        text="依据《环境影响评价法》", publication_date=None, unseen=frozenset({"publication_date"})
    )
    assert levels(facts, "L12", on=date(2026, 11, 23)) == []


def test_findings_come_heaviest_first() -> None:
    findings = judge(NoticeFacts(kind=NoticeKind.DRAFT_REPORT), on=ON, calendar=real_calendar())
    order = [list(Level).index(finding.level) for finding in findings]
    assert order == sorted(order)


def test_rule_sets_are_found_by_day_and_by_version() -> None:
    assert rule_set_for(date(2019, 1, 1)).version == "order4@2019-01-01"
    assert rule_set_for(date(2026, 8, 14)).version == "order4@2019-01-01"
    assert rule_set_for(date(2026, 8, 15)).version == "order4@2026-08-15"
    assert rule_set_for(date(2015, 1, 1)).version == "order4@2019-01-01"
    assert rule_set("order4@2026-08-15") is RULE_SETS[1]
    with pytest.raises(KeyError):
        rule_set("order5")


def test_the_newest_set_holds_every_rule_and_each_is_data() -> None:
    rules = RULE_SETS[-1].rules
    assert {rule.id for rule in rules} == {f"L{number:02}" for number in range(1, 31)}
    assert all(rule.article and rule.title and rule.kinds and rule.field in FIELDS for rule in rules)


def test_messages_use_the_words_of_the_day() -> None:
    facts = second_round(draft_report_files=())
    assert "上传环境影响报告书征求意见稿" in found(facts, "L04")[0].message
    assert "上传生态环境影响报告书征求意见稿" in found(facts, "L04", on=date(2026, 9, 1))[0].message
