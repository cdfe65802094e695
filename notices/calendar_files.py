"""A holiday schedule from a JSON file: our own layout, or the public one of holiday-cn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_BYTES = 200_000
SOURCE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """What a file says; source and date of issue are empty where the layout has no place for them."""

    year: int
    off_days: tuple[date, ...]
    makeup_days: tuple[date, ...]
    source: str = ""
    issued_on: date | None = None


def read_schedule(content: bytes) -> ScheduleFile:
    """Return the schedule of a file.

    Ours: {"year", "off_days", "makeup_days", "source", "issued_on"}. That of holiday-cn: {"year", "papers", "days":
    [{"name", "date", "isOffDay"}]}, which has no date of issue. Raises ValidationError saying what to mend.
    """
    if len(content) > MAX_BYTES:
        raise ValidationError(_("文件超过 200 KB，不像一年的放假安排，请核对。"))
    try:
        data = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValidationError(_("文件不是 JSON，请导出为 UTF-8 编码的 JSON 再试。")) from None
    if not isinstance(data, dict):
        raise ValidationError(_("文件应当是一个 JSON 对象，含 year、off_days 等项。"))
    year = data.get("year")
    if not isinstance(year, int) or isinstance(year, bool):
        raise ValidationError(_("year 应当是年份，例如 2027。"))
    if "days" in data:
        return _public_layout(data, year)
    if "off_days" not in data:
        raise ValidationError(_("文件里没有 off_days（放假日期），也没有 days，请核对格式。"))
    issued_on = data.get("issued_on")
    return ScheduleFile(
        year=year,
        off_days=_days(data, "off_days"),
        makeup_days=_days(data, "makeup_days"),
        source=_text(data.get("source")),
        issued_on=_day(issued_on, "issued_on") if issued_on else None,
    )


def _public_layout(data: dict[str, Any], year: int) -> ScheduleFile:
    rows = data["days"]
    if not isinstance(rows, list):
        raise ValidationError(_("days 应当是列表。"))
    off: list[date] = []
    makeup: list[date] = []
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("isOffDay"), bool):
            raise ValidationError(_("days 的每一项应当有 date 和 isOffDay（true 或 false）。"))
        (off if row["isOffDay"] else makeup).append(_day(row.get("date"), "days"))
    papers = data.get("papers")
    # The last paper is the newest: the schedule itself, or the notice that amended it.
    source = _text(papers[-1]) if isinstance(papers, list) and papers else ""
    return ScheduleFile(year, tuple(off), tuple(makeup), source)


def _days(data: dict[str, Any], name: str) -> tuple[date, ...]:
    values = data.get(name, [])
    if not isinstance(values, list):
        raise ValidationError(_("%(name)s 应当是日期的列表。"), params={"name": name})
    return tuple(_day(value, name) for value in values)


def _day(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError(
            _("%(name)s 中的“%(value)s”不是日期，请写成 2027-01-01 的样子。"),
            params={"name": name, "value": str(value)[:30]},
        ) from None


def _text(value: Any) -> str:
    return value.strip()[:SOURCE_LENGTH] if isinstance(value, str) else ""
