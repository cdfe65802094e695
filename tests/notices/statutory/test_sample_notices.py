"""The two notices of a newspaper page of 2022: what the rules find on them. Contacts are altered."""

from dataclasses import fields
from datetime import date

from notices.statutory.facts import NEVER_IN_TEXT, NoticeFacts, NoticeKind, PaperPlaceFact, Way, WayFact
from notices.statutory.rules import judge

from .schedules import real_calendar

THREAD = "www.eiaabns.com/forum.php?mod=viewthread&tid=534783&extra=page%3D1%26filter%3Dtypeid%26typeid%3D567"
ANZE = NoticeFacts(
    kind=NoticeKind.DRAFT_REPORT,
    unseen=NEVER_IN_TEXT,
    text=f"《环境影响评价公众参与办法》(生态环境部令 第4号) http://{THREAD} https://{THREAD}",
    project_name="河南开源工程开发有限公司安泽分公司义驿村罗汉沟(荒沟)煤矸石填沟造林项目",
    project_code="2202-141026-89-05-701804",
    proponent="河南开源工程开发有限公司安泽分公司",
    consultant="山西中环惠众环保科技有限公司",
    location="安泽县唐城镇义驿村罗汉沟,距离义驿村0.65km。",
    nature="新建",
    filing_date=date(2022, 2, 22),
    contact_phone="18800000000",
    draft_report_url=f"http://{THREAD}",
    opinion_form_url=f"https://{THREAD}",
    paper_places=(PaperPlaceFact("河南开源工程开发有限公司安泽分公司"),),
    public_scope="本项目附近可能受影响的村庄村民",
    ways=tuple(WayFact(way) for way in (Way.PHONE, Way.LETTER, Way.EMAIL, Way.VISIT)),
    window_text="自该信息公布之日起10个工作日内有效",
)
SHOWN_OF_FUSHAN = {
    "kind": NoticeKind.DRAFT_REPORT,
    "project_name": "浮山县东圣选矿有限公司年入选20万吨铁矿石及尾矿干排技术改造项目",
    "project_code": "2106-144027-89-02-635569",
    "proponent": "浮山县东圣选矿有限公司",
    "consultant": "山西中环惠众环保科技有限公司",
    "location": "临汾市浮山县响水河镇上东村北側0.23km处",
    "nature": "技改",
    "filing_date": date(2021, 6, 4),
    "text": "《环境影响评价公众参与办法》(生态环境部令 第4号)",
}
FUSHAN = NoticeFacts(
    **SHOWN_OF_FUSHAN,  # type: ignore[arg-type]
    unseen=frozenset(field.name for field in fields(NoticeFacts)) - SHOWN_OF_FUSHAN.keys(),
)


def test_the_anze_notice_misses_what_the_domain_file_lists() -> None:
    findings = judge(ANZE, on=date(2022, 3, 17), calendar=real_calendar())
    assert {(finding.rule_id, finding.level.value) for finding in findings} == {
        ("L01", "block"),
        ("L04", "block"),
        ("L05", "block"),
        ("L07", "block"),
        ("L08", "block"),
        ("L06", "warn"),
        ("L09", "warn"),
        ("L24", "warn"),
    }


def test_the_cut_fushan_notice_shows_only_its_wrong_project_code() -> None:
    findings = judge(FUSHAN, on=date(2022, 3, 17), calendar=real_calendar())
    assert [(finding.rule_id, finding.level.value) for finding in findings] == [("L14", "warn")]
    assert findings[0].suggestion == "2106-141027-89-02-635569"
