"""What the authority reviews in the public participation of a project (Art. 25), as data with its source.

The order only says what is to be reviewed (procedure, content and format of the 公众参与说明); which provision each point comes from
is named with it. ``checked`` is True where the wording was read in a printed or published source.
"""

from __future__ import annotations

from dataclasses import dataclass

TITLE = "建设项目环境影响评价公众参与审查表"
BASIS = "《环境影响评价公众参与办法》（生态环境部令第4号）第二十五条"


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """One point: its key, what is asked, the provision, and whether that was read at its source."""

    key: str
    question: str
    article: str
    checked: bool


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Points under a heading."""

    heading: str
    points: tuple[ReviewPoint, ...]


REVIEW: tuple[ReviewGroup, ...] = (
    ReviewGroup(
        "一、公众参与说明的格式",
        (
            ReviewPoint("statement", "按规定格式编制，章节齐全", "第十九条；公告2018年第48号附件2", True),
            ReviewPoint("pledge", "附有诚信承诺，单位、公章、时间齐全", "公告2018年第48号附件2第8章", False),
            ReviewPoint(
                "attached",
                "报批时附具，公众意见表没有作为附件",
                "第二十一条；公告2018年第48号附件2第9章",
                False,
            ),
        ),
    ),
    ReviewGroup(
        "二、程序",
        (
            ReviewPoint("first_round", "首次公开：确定编制单位后7个工作日内，五项内容齐全", "第九条", False),
            ReviewPoint(
                "second_round", "征求意见稿公示：五项内容齐全，报告书征求意见稿是全文", "第十条第一款", False
            ),
            ReviewPoint(
                "depth", "质疑性意见多的，召开座谈会、听证会或者专家论证会；不召开的有理由", "第十四条", False
            ),
            ReviewPoint(
                "meetings",
                "会议：10个工作日前公告，5个工作日前书面通知，5个工作日内公开纪要",
                "第十五条、第十六条",
                False,
            ),
            ReviewPoint("pre_approval", "报批前公开报告书全文和公众参与说明", "第二十条", True),
            ReviewPoint("simplified", "简化的：符合产业园区规划环评的条件", "第三十一条", False),
        ),
    ),
    ReviewGroup(
        "三、期限",
        (
            ReviewPoint(
                "window", "征求意见期限不少于10个工作日（简化的5个）", "第十条第二款、第三十一条", False
            ),
            ReviewPoint("changes", "公示后有更正、延长的，理由和期限符合要求", "第十条", False),
        ),
    ),
    ReviewGroup(
        "四、公开渠道",
        (
            ReviewPoint("web", "网络平台：载体符合要求，持续公开", "第九条、第十一条第一项", True),
            ReviewPoint("newspaper", "报纸：公众易于接触，期限内不少于2次", "第十一条第二项", True),
            ReviewPoint("posting", "张贴：公众易于知悉的场所，持续不少于10个工作日", "第十一条第三项", True),
            ReviewPoint("viewing", "纸质报告书：有查阅的场所和方式，有查阅记录", "第十条第一款第一项", False),
        ),
    ),
    ReviewGroup(
        "五、意见数量和处理",
        (
            ReviewPoint("count", "收到意见的数量、形式和说明一致", "第十三条、第十九条第二项", True),
            ReviewPoint("answered", "逐条提出采纳或者不采纳的建议，未采纳的说明理由", "第十八条", False),
            ReviewPoint("told", "未采纳的，向提供有效联系方式的公众说明了理由", "第十八条", False),
        ),
    ),
    ReviewGroup(
        "六、公众参与说明的内容",
        (
            ReviewPoint("process", "公众参与的过程、范围和内容", "第十九条第一项", True),
            ReviewPoint("analysis", "公众意见收集整理和归纳分析情况", "第十九条第二项", True),
            ReviewPoint(
                "outcome", "公众意见采纳情况，或者未采纳情况、理由及向公众反馈的情况", "第十九条第三项", True
            ),
            ReviewPoint(
                "privacy", "没有依法不得公开的内容，没有未经允许公开个人信息", "第八条、第十三条第三款", False
            ),
        ),
    ),
    ReviewGroup(
        "七、真实性",
        (
            ReviewPoint("ledger", "台账完整，资料没有事后改动", "第六条、第二十八条", False),
            ReviewPoint(
                "on_behalf", "代录意见的比例、平台豁免的事项，需要抽查的", "第六条、第二十九条", True
            ),
        ),
    ),
)
