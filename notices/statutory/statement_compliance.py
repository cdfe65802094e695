"""What a statement may say on dates and 《办法》: a sentence from facts, whichever way they turn out; nothing is argued here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from notices.statutory.window import count_working_days
from notices.statutory.workdays import Calendar

FIRST_ROUND_WITHIN = 7  # working days, Art. 9
INSERTIONS = 2  # Art. 11 (2)


def say_day(day: date) -> str:
    """Return 2022年3月17日."""
    return f"{day.year}年{day.month}月{day.day}日"


def first_round_sentence(contracted_on: date, published_on: date, calendar: Calendar) -> str:
    """Say on which working day after the consultant was fixed the first round was published (Art. 9)."""
    head = (
        f"确定环境影响报告书编制单位的日期为{say_day(contracted_on)}，首次公开日期为{say_day(published_on)}，"
    )
    if published_on < contracted_on:
        return f"{head}早于确定编制单位的日期。"
    passed = count_working_days(contracted_on, published_on, calendar)
    if passed <= FIRST_ROUND_WITHIN:
        return f"{head}在其后{passed}个工作日，符合《办法》第九条“7个工作日内”的规定。"
    return f"{head}在其后{passed}个工作日，超过《办法》第九条规定的7个工作日。"


def window_sentence(first: date, last: date, *, least: int, calendar: Calendar) -> str:
    """Say how many working days opinions were taken (Art. 10 para. 2; five in an industrial park, Art. 31)."""
    days = count_working_days(first, last, calendar)
    head = f"自{say_day(first)}公开，{say_day(last)}截止，公开当日不计入，共{days}个工作日，"
    article = "第十条“不得少于10个工作日”" if least == 10 else f"第三十一条“缩短为{least}个工作日”"
    if days >= least:
        return f"{head}符合《办法》{article}的规定。"
    return f"{head}少于《办法》规定的{least}个工作日。"


def newspaper_sentence(days: Iterable[date], first: date, last: date) -> str:
    """Say how often a newspaper carried it within the window (Art. 11 (2)); empty while it is not twice on two days."""
    inside = sorted({day for day in days if first <= day <= last})
    if len(inside) < INSERTIONS:
        return ""
    named = "、".join(say_day(day) for day in inside)
    return (
        f"征求意见期限内于{named}刊登，共{len(inside)}次，符合《办法》第十一条“公开信息不得少于2次”的规定。"
    )


def posting_sentence(spans: Sequence[tuple[date, date]], *, least: int, calendar: Calendar) -> str:
    """Say how long the shortest posting hung (Art. 11 (3)); ``spans`` are first and last day of every site."""
    if not spans:
        return ""
    shortest = min(count_working_days(first, last, calendar) for first, last in spans)
    head = f"共{len(spans)}处张贴，最早{say_day(min(first for first, _last in spans))}，持续时间最短的一处为{shortest}个工作日，"
    if shortest >= least:
        return f"{head}符合《办法》第十一条“持续公开期限不得少于10个工作日”的规定。"
    return f"{head}少于《办法》规定的{least}个工作日。"
