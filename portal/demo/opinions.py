"""Invented opinions on the closed demo notice, in every state that an opinion can be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notices.models import NoticeRecord
from notices.opinions.answering import (
    answer_opinions,
    erase_commenter,
    redact_opinion,
)
from notices.opinions.feedback import log_feedback
from notices.opinions.form_tokens import new_token
from notices.opinions.models import (
    Channel,
    CommenterKind,
    ContactKind,
    FeedbackResult,
    FeedbackWay,
    Opinion,
    Outcome,
    Topic,
)
from notices.opinions.page_two import PageTwo
from notices.opinions.public_opinions import with_redaction
from notices.opinions.publication import Looked, decide_disclosure, release_opinions
from notices.opinions.redaction import strike
from notices.opinions.services import PageOne, record_on_behalf, submit_opinion
from notices.opinions.topics import mark_topics
from notices.services import close_windows
from notices.statutory.window import deadline

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """One invented web opinion: text, village, contact, topics."""

    text: str
    village: str
    contact: str
    topics: tuple[Topic, ...]
    show_text: bool = True


WISHES = (
    Wish(
        "料棚朝村子一侧只有铁皮，装载机倒料时粉尘还是会飘出来。建议这一侧改成双层，并在村口设一个扬尘监测点。",
        "南滩村",
        "13800000001",
        (Topic.AIR,),
    ),
    Wish(
        "报告里写夜间不运输，但是没有说谁来监督。希望把运输时间写进和车队的合同，在村口立牌子公布举报电话。",
        "南滩村",
        "13800000002",
        (Topic.NOISE,),
    ),
    Wish(
        "初期雨水池只有200立方米，2021年秋天那样的大雨肯定装不下，应该加大。",
        "东河村",
        "13800000003",
        (Topic.WATER,),
    ),
    Wish(
        "厂门口征了我家半亩菜地，补偿款一直没有到账，请一并解决。", "南滩村", "13800000004", (Topic.NOT_EIA,)
    ),
    Wish("没有意见，支持环保。", "东河村", "13800000005", (Topic.OTHER,), show_text=False),
    Wish(
        "希望砖厂多招本村的人。另外我家就在厂子西墙外，门牌南滩路17号，噪声能不能再测一次？",
        "南滩村",
        "13800000006",
        (Topic.NOISE, Topic.NOT_EIA),
    ),
    Wish(
        "监测井布在上游没有用，下游才是我们喝水的井，请在东河村一侧补一眼监测井。",
        "东河村",
        "13800000007",
        (Topic.WATER,),
    ),
)


def load_opinions(*, record: NoticeRecord, staff: Any, now: datetime) -> None:
    """Send, record, answer, redact and erase invented opinions at fitting times; the late one stays unanswered."""
    record = NoticeRecord.objects.get(pk=record.pk)
    if record.published_at is None or record.last_day is None:
        raise ValueError("the demo notice is not published")
    opened, end = record.published_at, deadline(record.last_day)
    sent = [
        _send(record, wish, at=opened + (index + 1) * DAY + index * HOUR) for index, wish in enumerate(WISHES)
    ]
    late = _send(
        record,
        Wish(
            "写了一半手机没电了，刚充上。请把料棚的喷淋时间在厂门口公开。",
            "南滩村",
            "13800000008",
            (Topic.AIR,),
        ),
        at=end + timedelta(minutes=12),
        issued=end - timedelta(minutes=20),
    )
    paper = record_on_behalf(
        record=record,
        page_one=PageOne(
            text="南滩村七户村民联名来信：请在料棚和村子之间加种两排杨树挡尘。",
            village="南滩村",
            channel=Channel.LETTER,
        ),
        page_two=PageTwo(
            contact_kind=ContactKind.POSTAL, contact="安泽县府城镇南滩村3号", name="南滩村七户村民"
        ),
        received_at=opened + 5 * DAY,
        user=staff,
        now=opened + 5 * DAY,
    ).opinion
    company = submit_opinion(
        record=record,
        token=new_token(record.code, now=opened + 6 * DAY),
        page_one=PageOne(text="我公司货车与贵厂共用一段路，道路硬化期间请留出单边通行。", village=""),
        page_two=PageTwo(
            kind=CommenterKind.ORGANISATION,
            contact_kind=ContactKind.LANDLINE,
            contact="0357-8529999",
            name="安泽县东河运输合作社（虚构）",
            show_text=True,
        ),
        clock=lambda: opened + 6 * DAY,
    ).opinion
    close_windows(now=end + HOUR)
    _answer(sent, paper, company, staff, at=end + 3 * DAY)
    for opinion, wish in zip([*sent, late], [*WISHES, None], strict=True):
        mark_topics(
            opinions=[opinion], topics=wish.topics if wish else (Topic.AIR,), user=staff, now=end + 2 * DAY
        )


def _send(record: NoticeRecord, wish: Wish, *, at: datetime, issued: datetime | None = None) -> Opinion:
    return submit_opinion(
        record=record,
        token=new_token(record.code, now=issued or at),
        page_one=PageOne(text=wish.text, village=wish.village, in_scope=True),
        page_two=PageTwo(contact_kind=ContactKind.MOBILE, contact=wish.contact, show_text=wish.show_text),
        clock=lambda: at,
    ).opinion


def _answer(sent: list[Opinion], paper: Opinion, company: Opinion, staff: Any, *, at: datetime) -> None:
    answers: tuple[tuple[list[Opinion], Outcome, str, str], ...] = (
        (
            [sent[0], paper],
            Outcome.ADOPTED,
            "料棚靠村一侧改为双层封闭，并加种防尘林带。",
            "报批稿第六章6.1节",
        ),
        (
            [sent[1]],
            Outcome.PARTLY_ADOPTED,
            "运输时间写入合同并立牌公示；举报电话统一用12345。",
            "报批稿第八章8.2节",
        ),
        (
            [sent[2]],
            Outcome.NOT_ADOPTED,
            "水池按十年一遇暴雨前15分钟的汇水量计算为168立方米，现设计200立方米已有余量，计算书见报告书附录。",
            "",
        ),
        (
            [sent[3]],
            Outcome.OUT_OF_SCOPE,
            "征地补偿不属于环评公众参与事项，请向府城镇人民政府或者县自然资源局反映。",
            "",
        ),
        ([sent[4]], Outcome.NO_SPECIFIC_OPINION, "没有提出具体意见，已记录。", ""),
        ([sent[5]], Outcome.ADOPTED, "已在西墙外补测噪声，结果达标。", "报批稿第四章表4-9"),
        ([sent[6]], Outcome.ADOPTED, "已在东河村一侧补设下游监测井一眼。", "报批稿第十章表10-1"),
        ([company], Outcome.ADOPTED, "道路分段硬化，施工期间保留单边通行。", "报批稿第六章6.3节"),
    )
    for opinions, outcome, reason, reference in answers:
        answer_opinions(
            opinions=opinions, outcome=outcome, user=staff, now=at, reason=reason, report_reference=reference
        )
    redact_opinion(
        opinion=sent[5],
        text=strike(sent[5].text, ["南滩路17号"]),
        struck=["南滩路17号"],
        reason="文中有住址",
        user=staff,
        now=at + HOUR,
    )
    decide_disclosure(notice=paper.notice, shown=True, user=staff, now=at + 2 * HOUR)
    rows = with_redaction(Opinion.objects.filter(pk__in=[opinion.pk for opinion in sent]))
    looked_at = [Looked.at(opinion) for opinion in rows]
    release_opinions(notice=paper.notice, looked_at=looked_at, user=staff, now=at + 2 * HOUR)
    log_feedback(
        opinions=[sent[2]], way=FeedbackWay.PHONE, result=FeedbackResult.NO_RESPONSE, user=staff, now=at + DAY
    )
    log_feedback(
        opinions=[sent[2]], way=FeedbackWay.SMS, result=FeedbackResult.REACHED, user=staff, now=at + 2 * DAY
    )
    log_feedback(
        opinions=[sent[3]], way=FeedbackWay.PHONE, result=FeedbackResult.REFUSED, user=staff, now=at + DAY
    )
    erase_commenter(opinion=sent[4], now=at + 3 * DAY, role="proponent", user=staff)
