"""Administrative divisions of China (GB/T 2260): codes to names and back, from the table that python-stdnum carries.

The table dates its entries: those still in force are offered, former ones are only recognised. Zones (开发区) use codes outside
the standard, so every look-up takes a mapping of zone codes to names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType

from stdnum import numdb

# Zone codes met in real project codes.
ZONES: Mapping[str, str] = MappingProxyType({"141161": "文水经济开发区", "320193": "江北新区"})

_SEGMENT = re.compile(r"(?:\[(?P<since>\d*)-(?P<until>\d*)\])?(?P<name>[^,\[]+)")
# Rows that group others and are no place of their own.
_GROUPINGS = frozenset({"市辖区", "县", "省直辖县级行政单位", "自治区直辖县级行政单位"})
# The table is in simplified characters except for a few rows.
_SIMPLIFIED = str.maketrans("別區達門嶺員會", "别区达门岭员会")
_AMBIGUOUS_LENGTH = 2  # 城区, 郊区, 古县: too short to be found in a text without their city


class DivisionLevel(StrEnum):
    """The level of a division; a city without districts under a province counts as a county."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Division:
    """One division with its own short name; ``current`` is False for a former one."""

    code: str
    name: str
    level: DivisionLevel
    current: bool = True


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with the days on which its code is in use; None leaves an end open."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def in_use(self, first: date, last: date) -> bool:
        """Return whether the code was in use on some day of a span."""
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or self.valid_to >= first
        )


def zones_in_use(zones: Iterable[Zone], first: date, last: date) -> dict[str, str]:
    """Return codes and names of the zones in use on some day of a span; a listed zone goes before one met in codes."""
    listed = tuple(zones)
    codes = {zone.code for zone in listed}
    known = {code: name for code, name in ZONES.items() if code not in codes}
    return known | {zone.code: zone.name for zone in listed if zone.in_use(first, last)}


def find(code: str, zones: Mapping[str, str] = ZONES) -> Division | None:
    """Return the division of a six-digit code, former ones included; None when it is unknown."""
    division = _table().get(code)
    if division is None and code in zones:
        return Division(code, zones[code], DivisionLevel.ZONE)
    return division


def is_known(code: str, zones: Mapping[str, str] = ZONES) -> bool:
    """Return whether a six-digit code is a present or former division or a listed zone."""
    return find(code, zones) is not None


def is_prefecture_known(code: str) -> bool:
    """Return whether the first four digits of a code are those of a prefecture (1410), present or former."""
    return code[:4] in _prefectures()


def short_name(code: str, zones: Mapping[str, str] = ZONES) -> str:
    """Return a division's own name (安泽县), or the code when it is unknown."""
    division = find(code, zones)
    return division.name if division else code


def label(code: str, zones: Mapping[str, str] = ZONES, *, with_prefecture: bool = True) -> str:
    """Return the full name (山西省临汾市安泽县, or 山西省安泽县 without the prefecture).

    Of an unknown code the known part is given with the code in brackets.
    """
    division = find(code, zones)
    parents = [f"{code[:2]}0000"]
    if with_prefecture:
        parents.append(f"{code[:4]}00")
    names = [
        parent.name
        for parent in (_table().get(parent_code) for parent_code in parents if parent_code != code)
        if parent is not None and parent.name not in _GROUPINGS
    ]
    if division is not None:
        return "".join([*names, division.name])
    return f"{''.join(names)}（{code}）" if names else code


def provinces() -> tuple[Division, ...]:
    """Return the present provinces in order of code."""
    return tuple(division for division in _current() if division.level is DivisionLevel.PROVINCE)


def prefectures_of(province: str) -> tuple[Division, ...]:
    """Return the present prefectures of a province, given by its code or its first two digits."""
    return tuple(
        division
        for division in _current()
        if division.level is DivisionLevel.PREFECTURE and division.code[:2] == province[:2]
    )


def counties_of(prefecture: str) -> tuple[Division, ...]:
    """Return the present counties of a prefecture, given by its code or its first four digits."""
    return tuple(
        division
        for division in _current()
        if division.level is DivisionLevel.COUNTY and division.code[:4] == prefecture[:4]
    )


def is_within(code: str, parent: str) -> bool:
    """Return whether a division is another one or lies in it: 141026 lies in 141000 and in 140000."""
    return code.startswith(prefix(parent))


def prefix(code: str) -> str:
    """Return what the codes of all divisions within one begin with: 14 of 140000, 1410 of 141000."""
    return re.sub(r"(?:0000|00)$", "", code)


def find_by_name(name: str) -> tuple[Division, ...]:
    """Return the present divisions of a name, short (安泽县) or with its parents (临汾市安泽县); several where it is shared."""
    found = _by_name().get(name)
    if found:
        return found
    return tuple(
        division
        for short, divisions in _by_name().items()
        if name.endswith(short)
        for division in divisions
        if name
        in (label(division.code), label(division.code, with_prefecture=False), _prefecture_label(division))
    )


@lru_cache(maxsize=512)
def find_in_text(text: str) -> tuple[Division, ...]:
    """Return the counties that a text names for certain, in order of appearance.

    A shared or very short name (城区, 古县) is taken only where the text also names its prefecture.
    """
    found: list[tuple[int, Division]] = []
    for name, divisions in _by_name().items():
        position = text.find(name)
        counties = [division for division in divisions if division.level is DivisionLevel.COUNTY]
        if position < 0 or not counties:
            continue
        if len(counties) > 1 or len(name) <= _AMBIGUOUS_LENGTH:
            counties = [division for division in counties if _names_parent(text, division)]
        if len(counties) == 1:
            found.append((position, counties[0]))
    return tuple(division for _position, division in sorted(found, key=lambda item: item[0]))


def _names_parent(text: str, division: Division) -> bool:
    parent = _table().get(f"{division.code[:4]}00")
    if parent is None or parent.name in _GROUPINGS:
        parent = _table().get(f"{division.code[:2]}0000")
    return parent is not None and parent.name in text


def _prefecture_label(division: Division) -> str:
    parent = _table().get(f"{division.code[:4]}00")
    return f"{parent.name}{division.name}" if parent and parent.name not in _GROUPINGS else division.name


@cache
def _table() -> dict[str, Division]:
    table: dict[str, Division] = {}
    for _length, province, _high, properties, children in numdb.get("cn/loc").prefixes:
        name = _simplified(properties["province"])
        table[f"{province}0000"] = Division(f"{province}0000", name, DivisionLevel.PROVINCE)
        for _child_length, rest, _child_high, child_properties, _none in children:
            if rest != "0000":
                code = f"{province}{rest}"
                table[code] = _division(code, child_properties["county"])
    return table


def _division(code: str, history: str) -> Division:
    """Return the division of a row such as ``[-1996]榆次市,[1999-]榆次区``: the present name, else the last one."""
    segments = list(_SEGMENT.finditer(history))
    present = [segment for segment in segments if not segment["until"]]
    segment = (present or segments)[-1]
    level = DivisionLevel.PREFECTURE if code.endswith("00") else DivisionLevel.COUNTY
    return Division(code, _simplified(segment["name"]), level, current=bool(present))


def _simplified(name: str) -> str:
    return name.translate(_SIMPLIFIED)


@cache
def _current() -> tuple[Division, ...]:
    rows = (
        division for division in _table().values() if division.current and division.name not in _GROUPINGS
    )
    return tuple(sorted(rows, key=lambda division: division.code))


@cache
def _prefectures() -> frozenset[str]:
    return frozenset(code[:4] for code in _table() if not code.endswith("0000"))


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    names: dict[str, tuple[Division, ...]] = {}
    for division in _current():
        names[division.name] = (*names.get(division.name, ()), division)
    return names
