"""Wording fixed by the state, as data with its source: the opinion form, the headings of Art. 10, set sentences.

``checked`` is True where the wording was read in a printed or published source. One person can check the others once against
the ministry's page and correct them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ORDER4 = "《环境影响评价公众参与办法》（生态环境部令第4号）"
ANNOUNCEMENT_48 = "生态环境部公告2018年第48号"
PORTAL = "本平台"


@dataclass(frozen=True, slots=True)
class Wording:
    """A fixed text, where it comes from, and whether it was read there."""

    text: str
    source: str
    checked: bool

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FormField:
    """A line of the official form: its label and the note printed in or under it."""

    key: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of the official form with its heading and lines."""

    key: str
    heading: str
    fields: tuple[FormField, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """The official 公众意见表: page one holds the opinion, page two who gave it."""

    title: str
    date_label: str
    project_label: str
    page_one: FormSection
    page_two_heading: str
    page_two: tuple[FormSection, ...]
    source: str
    checked: bool


OPINION_FORM = OpinionForm(
    title="建设项目环境影响评价公众意见表",
    date_label="填表日期",
    project_label="项目名称",
    page_one=FormSection(
        "opinion",
        "一、本页为公众意见",
        (
            FormField(
                "text",
                "与本项目环境影响和环境保护措施有关的建议和意见",
                "（注：根据《环境影响评价公众参与办法》规定，涉及征地拆迁、财产、就业等与项目环评无关的意见或者诉求"
                "不属于项目环评公参内容）",
            ),
        ),
        note="（填写该项内容时请勿涉及国家秘密、商业秘密、个人隐私等内容，若本页不够可另附页）",
    ),
    page_two_heading="二、本页为公众信息",
    page_two=(
        FormSection(
            "person",
            "（一）公众为公民的请填写以下信息",
            (
                FormField("name", "姓名"),
                FormField("id_number", "身份证号"),
                FormField("contact", "有效联系方式", "（电话号码或邮箱）"),
                FormField(
                    "address",
                    "经常居住地址",
                    "xx省xx市xx县（区、市）xx乡（镇、街道）xx村（居委会）xx村民组（小区）",
                ),
                FormField(
                    "consent", "是否同意公开个人信息（填同意或不同意）", "（若不填则默认为不同意公开）"
                ),
            ),
        ),
        FormSection(
            "organisation",
            "（二）公众为法人或其他组织的请填写以下信息",
            (
                FormField("name", "单位名称"),
                FormField("registration", "工商注册号或统一社会信用代码"),
                FormField("contact", "有效联系方式", "（电话号码或邮箱）"),
                FormField("address", "地址", "xx省xx市xx县（区、市）xx乡（镇、街道）xx路xx号"),
            ),
            note="注：法人或其他组织信息原则上可以公开，若涉及不能公开的信息请在此栏中注明法律依据和不能公开的具体信息。",
        ),
    ),
    source=f"{ANNOUNCEMENT_48}附件1",
    checked=False,
)

# The five items of Art. 10, in order.
SECOND_ROUND_HEADINGS: tuple[Wording, ...] = tuple(
    Wording(text, f"{ORDER4}第十条（{number}）", False)
    for number, text in (
        ("一", "环境影响报告书征求意见稿全文的网络链接及查阅纸质报告书的方式和途径"),
        ("二", "征求意见的公众范围"),
        ("三", "公众意见表的网络链接"),
        ("四", "公众提出意见的方式和途径"),
        ("五", "公众提出意见的起止时间"),
    )
)

WORDINGS: Mapping[str, Wording] = MappingProxyType(
    {
        "footer": Wording(
            "建设单位对公众参与的真实性和结果负责；平台仅核对要件和期限，不审查内容，公开不代表审批意见。",
            f"{ORDER4}第六条；后半句为平台声明",
            True,
        ),
        "outsiders": Wording(
            "环境影响评价范围之外的公民、法人和其他组织也可以提出意见。", f"按{ORDER4}第五条拟写", True
        ),
        "contact_required": Wording(
            "公众提交意见时，应当提供有效的联系方式。", f"{ORDER4}第十三条第二款", True
        ),
        "real_name_encouraged": Wording(
            "鼓励公众采用实名方式提交意见并提供常住地址。", f"{ORDER4}第十三条第二款", True
        ),
        "personal_data_use": Wording(
            "公众提交的个人信息不得用于环境影响评价公众参与之外的用途，未经个人信息相关权利人允许不得公开。",
            f"{ORDER4}第十三条第三款",
            False,
        ),
        "out_of_scope": Wording(
            "涉及征地拆迁、财产、就业等与项目环评无关的意见或者诉求，不属于项目环评公众参与的内容，"
            "可以依法另行向其他有关主管部门反映。",
            f"{ORDER4}第三十条",
            True,
        ),
        "first_day_not_counted": Wording(
            "公开当日可以提意见，不计入期限；截止日24:00结束。",
            "按民法典第二百零一条、第二百零三条拟写",
            True,
        ),
        "provisional_end": Wording("按暂定日历计算，只会延后不会提前。", PORTAL, True),
    }
)
