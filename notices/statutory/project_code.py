"""The project code (项目代码, GB/T 40058-2021): ``YYMM-RRRRRR-DD-TT-NNNNNC``.

The last digit is a check digit by ISO 7064 MOD 11,10 over all twenty digits. This was inferred from real codes, not read in the
standard, so a failing code is a warning with a suggestion, never a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_11_10

from notices.statutory import divisions

FIRST_YEAR = 2010
LEGACY_YEARS = range(2014, 2021)  # before November 2020 the first part was a year
PROJECT_TYPES = {"01": "基本建设", "02": "技术改造", "03": "单纯购置", "04": "信息化", "05": "其他"}

_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d\ufe63~_—－]")
_PARTS = re.compile(r"(\d{4})-?(\d{6})-?(\d{2})-?(\d{2})-?(\d{6})")
_LEGACY = re.compile(r"(\d{4})-(\d{6})-(\d{2})-(\d{2})-(\d{5,6})")


class CodeProblemKind(StrEnum):
    """What is wrong with a project code."""

    FORMAT = "format"
    MONTH = "month"
    FUTURE = "future"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    CHECK_DIGIT = "check_digit"
    OTHER_COUNTY = "other_county"
    FILING_MONTH = "filing_month"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """One problem with a code, said in plain words."""

    kind: CodeProblemKind
    message: str


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The parts of a project code; ``legacy`` codes have a year first and no check digit."""

    time: str
    region: str
    department: str
    type: str
    serial: str
    legacy: bool = False

    def __str__(self) -> str:
        return "-".join((self.time, self.region, self.department, self.type, self.serial))

    @property
    def digits(self) -> str:
        """All digits without hyphens."""
        return str(self).replace("-", "")

    @property
    def check_digit_ok(self) -> bool:
        """Whether the check digit fits; a legacy code has none."""
        return self.legacy or mod_11_10.is_valid(self.digits)

    @property
    def year_month(self) -> tuple[int, int]:
        """Year and month of the time part; the month is 0 in a legacy code and may be out of range otherwise."""
        if self.legacy:
            return int(self.time), 0
        return 2000 + int(self.time[:2]), int(self.time[2:])

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day of the month of the time part, of the year for a legacy code; None when there is none."""
        year, month = self.year_month
        if self.legacy:
            return date(year, 1, 1), date(year, 12, 31)
        if not 1 <= month <= 12:
            return None
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def parse_project_code(text: str) -> ProjectCode | None:
    """Return the parts of a code, written with any dashes, spaces or full-width digits; None when it is none."""
    plain = _DASHES.sub("-", re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    legacy = _LEGACY.fullmatch(plain)
    if legacy and int(legacy[1]) in LEGACY_YEARS:
        return ProjectCode(legacy[1], legacy[2], legacy[3], legacy[4], legacy[5], legacy=True)
    match = _PARTS.fullmatch(plain)
    return ProjectCode(match[1], match[2], match[3], match[4], match[5]) if match else None


def is_valid_project_code(text: str) -> bool:
    """Return whether a text is a code of the present form with a fitting check digit."""
    code = parse_project_code(text)
    return code is not None and not code.legacy and code.check_digit_ok


def suggest_project_code(text: str, counties: Collection[str] = ()) -> str | None:
    """Return the code with one digit of its region part mended, or None.

    The mended region must be one of the project's counties; where none are given, the only real county that fits.
    """
    code = parse_project_code(text)
    if code is None or code.legacy or code.check_digit_ok:
        return None
    fitting = [candidate for candidate in _one_digit_off(code) if candidate.check_digit_ok]
    if counties:
        fitting = [candidate for candidate in fitting if candidate.region in counties]
    else:
        fitting = [candidate for candidate in fitting if _is_current(candidate.region)]
    return str(fitting[0]) if len(fitting) == 1 else None


def project_code_problems(
    text: str,
    *,
    on: date,
    counties: Collection[str] = (),
    filing_date: date | None = None,
    nature: str | None = None,
    zones: Mapping[str, str] = divisions.ZONES,
) -> tuple[CodeProblem, ...]:
    """Return everything that looks wrong with a code on a date, the worst first; empty when it looks right.

    ``counties`` are the project's own division codes, ``nature`` its 建设性质. Nothing is said about what is not given.
    """
    code = parse_project_code(text)
    if code is None:
        return (
            CodeProblem(
                CodeProblemKind.FORMAT,
                "项目代码应为“年月4位-地区6位-部门2位-类型2位-序号6位”，请对照备案证核对。",
            ),
        )
    checks = (
        _check_digit_problem(code),
        _time_problem(code, on),
        _region_problem(code, zones),
        _county_problem(code, counties, zones),
        _filing_problem(code, filing_date),
        _type_problem(code, nature),
    )
    return tuple(problem for problem in checks if problem is not None)


def _one_digit_off(code: ProjectCode) -> list[ProjectCode]:
    candidates = []
    for position in range(len(code.region)):
        for digit in "0123456789":
            if digit != code.region[position]:
                region = code.region[:position] + digit + code.region[position + 1 :]
                candidates.append(ProjectCode(code.time, region, code.department, code.type, code.serial))
    return candidates


def _is_current(region: str) -> bool:
    division = divisions.find(region)
    return division is not None and division.current


def _check_digit_problem(code: ProjectCode) -> CodeProblem | None:
    if code.check_digit_ok:
        return None
    return CodeProblem(
        CodeProblemKind.CHECK_DIGIT, "项目代码的校验码不符，可能有一位写错，请对照备案证核对。"
    )


def _time_problem(code: ProjectCode, on: date) -> CodeProblem | None:
    year, month = code.year_month
    if code.legacy:
        return None
    if not 1 <= month <= 12 or year < FIRST_YEAR:
        return CodeProblem(
            CodeProblemKind.MONTH, f"项目代码前四位应为年月（如 2202），现为 {code.time}，请核对。"
        )
    if (year, month) > (on.year, on.month):
        return CodeProblem(CodeProblemKind.FUTURE, f"项目代码前四位 {code.time} 晚于当前年月，请核对。")
    return None


def _region_problem(code: ProjectCode, zones: Mapping[str, str]) -> CodeProblem | None:
    if divisions.is_known(code.region, zones):
        return None
    if not divisions.is_prefecture_known(code.region):
        return CodeProblem(
            CodeProblemKind.PREFECTURE,
            f"项目代码中的地区代码 {code.region} 不存在（没有 {code.region[:4]} 这个地级区划），请核对。",
        )
    return CodeProblem(
        CodeProblemKind.COUNTY,
        f"项目代码中的地区代码 {code.region} 不在县级区划表中，如为开发区代码可不理会，否则请核对。",
    )


def _county_problem(
    code: ProjectCode, counties: Collection[str], zones: Mapping[str, str]
) -> CodeProblem | None:
    known = divisions.find(code.region, zones)
    if not counties or known is None or known.level is divisions.DivisionLevel.ZONE:
        return None
    # A project approved by the city or the province carries their code.
    if any(
        divisions.is_within(county, code.region) or divisions.is_within(code.region, county)
        for county in counties
    ):
        return None
    named = divisions.short_name(next(iter(counties)), zones)
    return CodeProblem(
        CodeProblemKind.OTHER_COUNTY,
        f"项目代码中的地区是{divisions.label(code.region, zones)}，与建设地点（{named}）不一致，请核对。",
    )


def _filing_problem(code: ProjectCode, filing_date: date | None) -> CodeProblem | None:
    year, month = code.year_month
    if filing_date is None or code.legacy or (year, month) == (filing_date.year, filing_date.month):
        return None
    return CodeProblem(
        CodeProblemKind.FILING_MONTH,
        f"项目代码前四位 {code.time} 与备案日期 {filing_date.year}年{filing_date.month}月 不在同一个月，请核对。",
    )


def _type_problem(code: ProjectCode, nature: str | None) -> CodeProblem | None:
    if code.legacy:
        return None
    name = PROJECT_TYPES.get(code.type)
    if name is None:
        return CodeProblem(
            CodeProblemKind.TYPE, f"项目代码中的类型代码 {code.type} 未见使用（常见 01 至 05），请核对。"
        )
    if not nature:
        return None
    renewal = "技改" in nature or "技术改造" in nature
    if (renewal and code.type not in {"02", "05"}) or (code.type == "02" and nature.strip() == "新建"):
        return CodeProblem(
            CodeProblemKind.TYPE, f"项目代码的类型为“{name}”，与建设性质“{nature.strip()}”不一致，请核对。"
        )
    return None
