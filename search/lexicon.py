"""Words of environmental assessment that mean the same; a search for one looks for the others and says so.

Pure: no index, no database. A word is taken whole, or as a part of a run of Han characters (环评报告书).
"""

from __future__ import annotations

from typing import Final

from search.analysis import normalise

#: Interchangeable wherever they stand. The name of the whole procedure changed on 2026-08-15.
SAME: Final = (
    ("环评", "环境影响评价", "生态环境影响评价"),
    ("公参", "公众参与"),
    ("渗滤液", "渗沥液"),
    ("噪声", "噪音"),
    ("危废", "危险废物"),
    ("固废", "固体废物"),
    ("废水", "污水"),
    ("挥发性有机物", "vocs"),
)
#: Asked for alone, a facility also finds what is kept in it.
WIDER: Final = {"尾矿库": "尾矿", "矸石场": "矸石"}
MOST: Final = 3


def also_searched(word: str) -> tuple[str, ...]:
    """Return what a search for ``word`` looks for as well, without what it finds anyway as a longer text."""
    plain = normalise(word)
    for group in SAME:
        # The longest first: 生态环境影响评价 holds 环境影响评价.
        for term in sorted(group, key=len, reverse=True):
            if _stands_in(term, plain):
                others = [plain.replace(term, other) for other in group if other != term]
                return _needed(plain, others)
    return _needed(plain, [WIDER[plain]] if plain in WIDER else [])


def _stands_in(term: str, plain: str) -> bool:
    # Latin letters have words: "vocs" does not stand in "vocsx".
    return plain == term if term.isascii() else term in plain


def _needed(plain: str, others: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for other in others:
        if not any(shorter in other for shorter in [plain, *kept]):
            kept.append(other)
    return tuple(kept[:MOST])
