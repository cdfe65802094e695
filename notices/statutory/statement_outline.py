"""The official outline of the 公众参与说明, as data: headings, what each part is to say, and the wording of the pledge.

The headings and the notes of chapters 1 to 4 were read at their source; the notes of chapters 5 to 9 and the pledge were
not, and one person can check them once against the ministry's page and correct them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from notices.statutory.official_form import ANNOUNCEMENT_48

SOURCE = f"{ANNOUNCEMENT_48}附件2"
FORMS_STAY = "公众提交的公众意见表不纳入附件，但应存档备查。"


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A numbered part: its heading and what the official outline wants there; ``checked`` when read at its source."""

    number: str
    heading: str
    wanted: str = ""
    checked: bool = True

    @property
    def level(self) -> int:
        """Return 1 for a chapter, 2 and 3 for its parts."""
        return self.number.count(".") + 1


_MEETINGS = (
    "座谈会：公众代表选取原则和过程，会上相关情况等，附座谈会纪要。听证会：筹备及召开情况，附听证笔录。"
    "专家论证会：专家选取原则和过程，列席论证会的公众选取原则和过程，会上相关情况等，附专家论证意见。"
)
_PARTS = (
    OutlinePart("1", "概述", "建设单位组织的建设项目环境影响评价公众参与整体情况概述。"),
    OutlinePart("2", "首次环境影响评价信息公开情况"),
    OutlinePart(
        "2.1",
        "公开内容及日期",
        "说明公开主要内容及日期，分析是否符合《办法》要求（确定环境影响报告书编制单位日期一般以委托函或合同载明日期为准）。",
    ),
    OutlinePart("2.2", "公开方式"),
    OutlinePart("2.2.1", "网络", "载体选取符合性分析，网络公示时间、网址及截图。"),
    OutlinePart("2.2.2", "其他", "如同时还采用了其他方式，予以说明。"),
    OutlinePart("2.3", "公众意见情况", "公众提出意见情况，包括数量、形式等。"),
    OutlinePart("3", "征求意见稿公示情况"),
    OutlinePart(
        "3.1",
        "公示内容及时限",
        "说明公示主要内容及时限，分析是否符合《办法》要求（征求意见稿应是主要内容基本完成的环境影响报告书）。",
    ),
    OutlinePart("3.2", "公示方式"),
    OutlinePart("3.2.1", "网络", "载体选取的符合性分析，网络公示时间、网址及截图等。"),
    OutlinePart("3.2.2", "报纸", "载体选取的符合性分析，报纸名称、日期及照片。"),
    OutlinePart("3.2.3", "张贴", "张贴区域选取的符合性分析，张贴的时间、地点及照片。"),
    OutlinePart("3.2.4", "其他", "如同时还采用了其他方式，予以说明。"),
    OutlinePart("3.3", "查阅情况", "说明查阅场所设置情况、查阅情况。"),
    OutlinePart("3.4", "公众提出意见情况", "公众在征求意见期间提出意见情况，包括数量、形式等。"),
    OutlinePart("4", "其他公众参与情况", "说明是否采取了深度公众参与，论证合理性。"),
    OutlinePart("4.1", "公众座谈会、听证会、专家论证会等情况", _MEETINGS),
    OutlinePart(
        "4.2",
        "其他公众参与情况",
        "如采取了请求地方人民政府加强协调指导等其他方式的公众参与，说明相关情况。",
    ),
    OutlinePart("4.3", "宣传科普情况", "若采取了科普宣传措施的，说明相关情况。"),
    OutlinePart("5", "公众意见处理情况"),
    OutlinePart("5.1", "公众意见概述和分析", "说明收到意见的数量、形式，分类列出公众意见。", checked=False),
    OutlinePart(
        "5.2",
        "公众意见采纳情况",
        "逐类或者逐条说明采纳情况及在报告书中的对应内容。",
        checked=False,
    ),
    OutlinePart("5.3", "公众意见未采纳情况", "说明未采纳情况、理由及向公众反馈的情况。", checked=False),
    OutlinePart("6", "报批前公开情况"),
    OutlinePart("6.1", "公开内容及日期", "说明公开主要内容及日期。", checked=False),
    OutlinePart("6.2", "公开方式"),
    OutlinePart("6.2.1", "网络", "载体选取的符合性分析，网络公示时间、网址及截图。", checked=False),
    OutlinePart("6.2.2", "其他", "如同时还采用了其他方式，予以说明。", checked=False),
    OutlinePart("7", "其他", "存档备查情况等。", checked=False),
    OutlinePart("8", "诚信承诺"),
    OutlinePart("9", "附件", f"其他需要提交的附件（{FORMS_STAY.rstrip('。')}）。", checked=False),
)
OUTLINE: Mapping[str, OutlinePart] = MappingProxyType({part.number: part for part in _PARTS})

# The parts of the author, by the name of the field that holds the text.
AUTHOR_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "overview": "1",
        "first_platform": "2.2.1",
        "draft_platform": "3.2.1",
        "newspaper_choice": "3.2.2",
        "posting_choice": "3.2.3",
        "depth": "4",
        "other_participation": "4.2",
        "science": "4.3",
        "analysis": "5.1",
        "report_changes": "5.2",
        "not_adopted": "5.3",
        "pre_approval_platform": "6.2.1",
        "other": "7",
    }
)


@dataclass(frozen=True, slots=True)
class Pledge:
    """The pledge of chapter 8; its blanks are ``project``, ``answerable``, ``unit`` and ``uscc``."""

    paragraphs: tuple[str, ...]
    signature: tuple[str, ...]
    source: str
    checked: bool


PLEDGE = Pledge(
    paragraphs=(
        "我单位已按照《办法》要求，在{project}环境影响报告书编制阶段开展了公众参与工作，在环境影响报告书中充分采纳了"
        "公众提出的与环境影响相关的合理意见，对未采纳的意见按要求进行了说明，并按照要求编制了公众参与说明。",
        "我单位承诺，本次提交的《{project}环境影响评价公众参与说明》内容客观、真实，未包含依法不得公开的国家秘密、"
        "商业秘密、个人隐私。如存在弄虚作假、隐瞒欺骗等情况及由此导致的一切后果由{answerable}承担全部责任。",
    ),
    signature=("承诺单位：{unit}（{uscc}）　　（公章）", "承诺时间：　　　　年　　月　　日"),
    source=SOURCE,
    checked=False,
)
