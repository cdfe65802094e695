"""What is no matter of an EIA (Art. 30), the words by which it is recognised, and where else to take it.

Nobody is refused for it: the words only bring a hint to the writer and a mark for staff, who judge.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One kind of concern: its name, words that speak of it, and the offices that can help."""

    key: str
    subject: str
    words: tuple[str, ...]
    offices: str


# Whole words of the concern only: 土地 or 补偿 alone stand in opinions on soil and on ecological compensation as well.
ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(
        "land",
        "征地和土地权属",
        (
            "征地",
            "征收土地",
            "土地征收",
            "征用土地",
            "土地征用",
            "占地补偿",
            "土地补偿",
            "青苗",
            "承包地",
            "宅基地",
            "地上附着物",
            "土地流转",
        ),
        "县自然资源局、乡镇人民政府（街道办事处）",
    ),
    Elsewhere(
        "relocation",
        "拆迁安置",
        ("拆迁", "房屋征收", "拆房", "搬迁", "安置房", "安置补偿", "安置费", "回迁"),
        "乡镇人民政府（街道办事处）、县人民政府房屋征收部门",
    ),
    Elsewhere(
        "property",
        "补偿款和财产",
        (
            "补偿款",
            "补偿金",
            "补偿标准",
            "经济补偿",
            "房价",
            "房租",
            "租金",
            "分红",
            "入股",
            "欠款",
            "财产损失",
        ),
        "先与对方协商；协商不成，向乡镇（街道）人民调解委员会申请调解，或者向人民法院起诉",
    ),
    Elsewhere(
        "jobs",
        "就业和工资",
        ("就业", "招工", "用工", "找工作", "安排工作", "工资", "欠薪", "社保", "劳动合同"),
        "县人力资源和社会保障局（电话 12333）",
    ),
)


def elsewhere_in(text: str) -> tuple[Elsewhere, ...]:
    """Return the concerns of which a text speaks, in the order of the table."""
    return tuple(concern for concern in ELSEWHERE if any(word in text for word in concern.words))
