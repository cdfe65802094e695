"""Character tables of the normal form: radicals, ignorable characters, dashes, traditional forms, the Han class."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

# Written without spaces, indexed as bigrams: Han with its marks 々〇, kana, bopomofo, hangul, all planes.
HAN_RANGES: Final = (
    "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
HAN: Final = re.compile(f"[{HAN_RANGES}]")

# CJK Radicals Supplement to ideographs. PDF fonts hand these out for ordinary text, and NFKC leaves all but two.
# All of them but the sign of repetition ⺀, which stands for no character.
# After Unicode's EquivalentUnifiedIdeograph.txt; C- and J-simplified radicals go to the simplified character.
_RADICALS: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋卩⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歹"
    "⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿"
    "⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青"
    "⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟"
)
# Soft hyphen, zero-width characters, directional marks, byte order mark and variation selectors carry no text.
_IGNORED: Final = (
    (0x00AD, 0x00AD),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0100, 0xE01EF),
)
_DASHES: Final = "\u058a\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"


def _pairs(text: str) -> dict[int, str]:
    return {ord(text[at]): text[at + 1] for at in range(0, len(text), 2)}


def _traditional() -> dict[int, str]:
    lines = (Path(__file__).parent / "data" / "traditional.txt").read_text(encoding="utf-8").splitlines()
    return {ord(line[0]): line[1] for line in lines if not line.startswith("#")}


#: Applied before compatibility normalisation.
BEFORE: Final[Mapping[int, str | None]] = {
    **_pairs(_RADICALS),
    **{code: None for first, last in _IGNORED for code in range(first, last + 1)},
}
#: Applied after case folding. Every replacement is one character, so it never moves an offset.
AFTER: Final[Mapping[int, str]] = {**_traditional(), **{ord(dash): "-" for dash in _DASHES}}
