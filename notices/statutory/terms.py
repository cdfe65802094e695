"""Words and citations of the law, as data with dates: both changed on 2026-08-15 with 《生态环境法典》.

A notice freezes its term set at publication; a round may straddle the change. Order no. 4 itself still says the old words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

CODE_IN_FORCE = date(2026, 8, 15)
ORDER4_IN_FORCE = date(2019, 1, 1)


@dataclass(frozen=True, slots=True)
class TermSet:
    """A vocabulary and the days on which it is the law's; ``valid_to`` is the last day, None while in force."""

    version: str
    valid_from: date
    valid_to: date | None
    terms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of a law: its days in force, what replaced it, and whether the wording was checked at the source."""

    key: str
    law: str
    article: str
    valid_from: date
    valid_to: date | None = None
    replaced_by: str | None = None
    checked: bool = False

    def in_force(self, on: date) -> bool:
        """Return whether the article is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}"


_COMMON = {
    "order4": "《环境影响评价公众参与办法》（生态环境部令第4号）",
    "opinion_form": "建设项目环境影响评价公众意见表",
    "participation_statement": "公众参与说明",
    "proponent": "建设单位",
    "bureau": "生态环境主管部门",
}
_OLD = {
    "eia": "环境影响评价",
    "eia_short": "环评",
    "eia_report": "环境影响报告书",
    "eia_form": "环境影响报告表",
    "eia_registration": "环境影响登记表",
    "draft_report": "环境影响报告书征求意见稿",
    "consultant": "环境影响报告书编制单位",
    "first_round": "环境影响评价首次信息公开",
    "second_round": "环境影响报告书征求意见稿公示",
    "pre_approval": "环境影响报告书报批前公开",
}
_NEW = {key: word.replace("环境影响", "生态环境影响") for key, word in _OLD.items()}

TERM_SETS = (
    TermSet("terms@2019-01-01", ORDER4_IN_FORCE, date(2026, 8, 14), MappingProxyType({**_COMMON, **_OLD})),
    TermSet("terms@2026-08-15", CODE_IN_FORCE, None, MappingProxyType({**_COMMON, **_NEW})),
)

_LAST_DAY_OF_OLD_LAWS = date(2026, 8, 14)  # 《生态环境法典》 第1242条

CITATIONS: Mapping[str, Citation] = MappingProxyType(
    {
        citation.key: citation
        for citation in (
            Citation("order4", "环境影响评价公众参与办法", "", ORDER4_IN_FORCE, checked=True),
            Citation("order4_5", "环境影响评价公众参与办法", "第五条", ORDER4_IN_FORCE, checked=True),
            Citation("order4_6", "环境影响评价公众参与办法", "第六条", ORDER4_IN_FORCE, checked=True),
            Citation("order4_9", "环境影响评价公众参与办法", "第九条", ORDER4_IN_FORCE),
            Citation("order4_10", "环境影响评价公众参与办法", "第十条", ORDER4_IN_FORCE),
            Citation("order4_11", "环境影响评价公众参与办法", "第十一条", ORDER4_IN_FORCE),
            Citation("order4_13", "环境影响评价公众参与办法", "第十三条", ORDER4_IN_FORCE),
            Citation("order4_18", "环境影响评价公众参与办法", "第十八条", ORDER4_IN_FORCE),
            Citation("order4_19", "环境影响评价公众参与办法", "第十九条", ORDER4_IN_FORCE, checked=True),
            Citation("order4_20", "环境影响评价公众参与办法", "第二十条", ORDER4_IN_FORCE, checked=True),
            Citation("order4_28", "环境影响评价公众参与办法", "第二十八条", ORDER4_IN_FORCE),
            Citation("order4_29", "环境影响评价公众参与办法", "第二十九条", ORDER4_IN_FORCE, checked=True),
            Citation("order4_30", "环境影响评价公众参与办法", "第三十条", ORDER4_IN_FORCE, checked=True),
            Citation("order4_31", "环境影响评价公众参与办法", "第三十一条", ORDER4_IN_FORCE),
            Citation(
                "interim_measures",
                "环境影响评价公众参与暂行办法",
                "",
                date(2006, 3, 18),
                date(2018, 12, 31),
                "order4",
            ),
            Citation(
                "eia_law_21",
                "环境影响评价法",
                "第二十一条",
                date(2003, 9, 1),
                _LAST_DAY_OF_OLD_LAWS,
                "code_101",
            ),
            Citation(
                "environment_law_56",
                "环境保护法",
                "第五十六条",
                date(2015, 1, 1),
                _LAST_DAY_OF_OLD_LAWS,
                "code_101",
            ),
            Citation("code_101", "生态环境法典", "第一百零一条", CODE_IN_FORCE),
            Citation("code_103", "生态环境法典", "第一百零三条", CODE_IN_FORCE),
            Citation("code_137", "生态环境法典", "第一百三十七条", CODE_IN_FORCE),
            Citation("code_143", "生态环境法典", "第一百四十三条", CODE_IN_FORCE),
            Citation("civil_code_201", "民法典", "第二百零一条", date(2021, 1, 1)),
            Citation("civil_code_203", "民法典", "第二百零三条", date(2021, 1, 1)),
            Citation("pipl_6", "个人信息保护法", "第六条", date(2021, 11, 1), checked=True),
        )
    }
)

# Laws that a notice must not cite from their last day on; matched as 《…》 with or without 中华人民共和国.
REPEALED_LAWS: Mapping[str, tuple[date, str]] = MappingProxyType(
    {
        "环境影响评价公众参与暂行办法": (
            date(2018, 12, 31),
            "《环境影响评价公众参与办法》（生态环境部令第4号）",
        ),
        "环境保护法": (_LAST_DAY_OF_OLD_LAWS, "《生态环境法典》"),
        "环境影响评价法": (_LAST_DAY_OF_OLD_LAWS, "《生态环境法典》"),
        "固体废物污染环境防治法": (_LAST_DAY_OF_OLD_LAWS, "《生态环境法典》"),
        "清洁生产促进法": (_LAST_DAY_OF_OLD_LAWS, "《生态环境法典》"),
    }
)


def term_set_for(on: date) -> TermSet:
    """Return the vocabulary of a day; the first one for days before it."""
    return next((terms for terms in reversed(TERM_SETS) if terms.valid_from <= on), TERM_SETS[0])


def term_set(version: str) -> TermSet:
    """Return a vocabulary by its version, as a notice froze it. Raises KeyError when there is none."""
    for terms in TERM_SETS:
        if terms.version == version:
            return terms
    raise KeyError(version)


def term(key: str, *, on: date) -> str:
    """Return the law's word for a thing on a day. Raises KeyError for an unknown key."""
    return term_set_for(on).terms[key]


def citation(key: str, *, on: date | None = None) -> Citation:
    """Return a citation; with a day, the one that replaced it if it is no longer in force then.

    Raises KeyError for an unknown key.
    """
    found = CITATIONS[key]
    while on is not None and not found.in_force(on) and found.replaced_by is not None:
        found = CITATIONS[found.replaced_by]
    return found
