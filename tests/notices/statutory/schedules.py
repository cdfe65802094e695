"""Calendars for tests: the real schedules from the calendar library, and facts of notices with nothing missing."""

from datetime import date
from functools import cache

from chinese_calendar import constants

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
from notices.statutory.workdays import Calendar, calendar_year_from_holidays


@cache
def real_calendar(last_year: int = 2026) -> Calendar:
    """Return the schedules from 2019 up to a year."""
    years = {
        year: calendar_year_from_holidays(
            year,
            (day for day in constants.holidays if day.year == year),
            (day for day in constants.workdays if day.year == year),
            "chinesecalendar",
        )
        for year in range(2019, last_year + 1)
    }
    return Calendar(years, f"real-{last_year}")


def second_round(**changes: object) -> NoticeFacts:
    """Return the facts of a complete second-round notice of a fictitious company, published 2022-03-17."""
    facts: dict[str, object] = {
        "kind": NoticeKind.DRAFT_REPORT,
        "text": "根据《环境影响评价公众参与办法》（生态环境部令第4号），现征求公众意见。鼓励公众采用实名方式提交意见。",
        "project_name": "青石沟煤矸石综合利用项目",
        "project_code": "2202-141026-89-05-701804",
        "proponent": "安泽县青石环保有限公司",
        "consultant": "山西晴川环境科技有限公司",
        "location": "安泽县唐城镇",
        "nature": "新建",
        "division_codes": ("141026",),
        "filing_date": date(2022, 2, 22),
        "contact_phone": "0357-2223344",
        "draft_report_files": (FileFact("报告书征求意见稿.pdf", 268, 0.98),),
        "paper_places": (PaperPlaceFact("唐城镇迎宾路8号301室", "工作日9:00至17:00", "李工 0357-2223344"),),
        "public_scope": "青石村、河西村村民",
        "villages": ("青石村", "河西村"),
        "opinion_form_provided": True,
        "ways": (WayFact(Way.ONLINE, "/n/123450/opinion/"), WayFact(Way.PHONE, "0357-2223344")),
        "publication_date": date(2022, 3, 17),
        "window_start": date(2022, 3, 17),
        "window_end": date(2022, 3, 31),
        "signature_unit": "安泽县青石环保有限公司",
        "signature_date": date(2022, 3, 17),
        "insertions": (
            InsertionFact(date(2022, 3, 17), "临汾日报", True),
            InsertionFact(date(2022, 3, 21), "临汾日报", True),
        ),
        "postings": (
            PostingFact("青石村", date(2022, 3, 17), date(2022, 3, 31), 2),
            PostingFact("河西村", date(2022, 3, 17), date(2022, 3, 31), 2),
        ),
        "opinions_unanswered": 0,
        "statement_count": 3,
        "register_count": 3,
    }
    return NoticeFacts(**(facts | changes))  # type: ignore[arg-type]
