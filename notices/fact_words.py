"""The facts that the rules look at, in words for a person who checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.models.places import WAY_LABELS
from notices.selectors import long_date
from notices.statutory.facts import (
    FileFact,
    InsertionFact,
    NoticeFacts,
    PaperPlaceFact,
    PlaceFact,
    PostingFact,
    WayFact,
)

FACT_LABELS = {
    "project_name": gettext_lazy("项目名称"),
    "project_code": gettext_lazy("项目代码"),
    "location": gettext_lazy("建设地点"),
    "division_code": gettext_lazy("所在县（市、区）代码"),
    "nature": gettext_lazy("建设性质"),
    "existing_works": gettext_lazy("现有工程"),
    "filing_date": gettext_lazy("备案日期"),
    "proponent": gettext_lazy("建设单位"),
    "proponent_uscc": gettext_lazy("统一社会信用代码"),
    "contact_phone": gettext_lazy("联系电话"),
    "contact_email": gettext_lazy("电子邮箱"),
    "consultant": gettext_lazy("环评编制单位"),
    "contract_date": gettext_lazy("确定编制单位的日期"),
    "draft_report_files": gettext_lazy("报告书全文"),
    "draft_report_url": gettext_lazy("报告书链接"),
    "participation_statement_file": gettext_lazy("公众参与说明"),
    "platform_url": gettext_lazy("法定网络平台网址"),
    "paper_places": gettext_lazy("纸质查阅地点"),
    "public_scope": gettext_lazy("公众范围"),
    "villages": gettext_lazy("范围内的村庄和单位"),
    "places": gettext_lazy("村庄和单位的区划代码"),
    "opinion_form_url": gettext_lazy("公众意见表链接"),
    "opinion_form_provided": gettext_lazy("公众意见表"),
    "ways": gettext_lazy("提出意见的方式"),
    "publication_date": gettext_lazy("公开日期"),
    "window_start": gettext_lazy("起始日"),
    "window_end": gettext_lazy("截止日"),
    "art31": gettext_lazy("第三十一条简化"),
    "art31_evidence": gettext_lazy("简化的依据"),
    "art31_review_file": gettext_lazy("规划环评审查意见文件"),
    "insertions": gettext_lazy("报纸公开"),
    "postings": gettext_lazy("现场张贴"),
    "personal_data_in_files": gettext_lazy("文件中的个人信息"),
    "opinions_unanswered": gettext_lazy("按时收到、尚未处理的意见"),
    "opinions_untold": gettext_lazy("未采纳、尚未反馈的意见"),
    "statement_count": gettext_lazy("公众参与说明写明的意见数量"),
    "register_count": gettext_lazy("登记的意见数量"),
    "signature_unit": gettext_lazy("落款单位"),
    "signature_date": gettext_lazy("落款日期"),
}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact: its name and its value; ``value`` is empty when it is absent, ``unseen`` when an extract does not show it."""

    label: str
    value: str
    unseen: bool = False


def fact_row(facts: NoticeFacts, field: str) -> FactRow | None:
    """Return a fact in words; None for one that is no single thing, such as the whole text."""
    label = FACT_LABELS.get(field)
    if label is None:
        return None
    value = _words(getattr(facts, field))
    return FactRow(str(label), value, unseen=not value and field in facts.unseen)


def fact_rows(facts: NoticeFacts, fields: Iterable[str]) -> list[FactRow]:
    """Return facts in words in the order of a notice, each once."""
    wanted = set(fields)
    rows = (fact_row(facts, field) for field in FACT_LABELS if field in wanted)
    return [row for row in rows if row is not None]


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("有") if value else _("无")
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, tuple):
        return "；".join(filter(None, map(_entry, value)))
    return str(value)


def _entry(entry: Any) -> str:
    match entry:
        case FileFact():
            return _("%(name)s（%(pages)s 页）") % {"name": entry.name, "pages": entry.pages or "?"}
        case PaperPlaceFact():
            return "，".join(filter(None, (entry.address, entry.hours, entry.contact)))
        case PlaceFact():
            return " ".join(filter(None, (entry.village, entry.division_code)))
        case WayFact():
            return "：".join(filter(None, (str(WAY_LABELS[entry.way]), entry.address)))
        case InsertionFact():
            image = _("有版面") if entry.has_page_image else _("无版面")
            day = long_date(entry.published_on) if entry.published_on else _("日期未定")
            return f"{entry.newspaper} {day}，{image}"
        case PostingFact():
            days = " – ".join(day.isoformat() for day in (entry.start, entry.end) if day) or _("日期未定")
            return _("%(village)s %(days)s，照片 %(photos)s 张") % {
                "village": entry.village,
                "days": days,
                "photos": entry.photos,
            }
    return str(entry)
