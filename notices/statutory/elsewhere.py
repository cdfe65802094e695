"""What is no matter of an EIA (Art. 30), the words by which it is recognised, and where else to take it.

Nobody is refused for it: the words only bring a hint to the writer and a mark for staff, who judge. The sentences are for an
answer; they name kinds of authorities, and the person who answers adds the office of the place.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One kind of concern: its name, words that speak of it, the offices that can help, and a sentence for an answer."""

    key: str
    subject: str
    words: tuple[str, ...]
    offices: str
    sentence: str


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
        "征地和土地补偿问题，请向所在地乡镇人民政府或者县级自然资源主管部门反映。",
    ),
    Elsewhere(
        "relocation",
        "拆迁安置",
        ("拆迁", "房屋征收", "拆房", "搬迁", "安置房", "安置补偿", "安置费", "回迁"),
        "乡镇人民政府（街道办事处）、县人民政府房屋征收部门",
        "房屋征收和拆迁安置问题，请向所在地县级人民政府确定的房屋征收部门反映。",
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
        "财产损失和合同纠纷，可以请村（居）民委员会、人民调解委员会调解，也可以依法向人民法院起诉。",
    ),
    Elsewhere(
        "jobs",
        "就业和工资",
        ("就业", "招工", "用工", "找工作", "安排工作", "工资", "欠薪", "社保", "劳动合同"),
        "县人力资源和社会保障局（电话 12333）",
        "就业、用工和劳动报酬问题，请向县级人力资源和社会保障部门反映。",
    ),
    # Never recognised by a word: staff choose it.
    Elsewhere(
        "other",
        "其他诉求",
        (),
        "政务服务热线 12345",
        "该诉求不属于环评公众参与的内容，可以拨打政务服务热线12345，由热线转有关部门办理。",
    ),
)


def elsewhere_in(text: str) -> tuple[Elsewhere, ...]:
    """Return the concerns of which a text speaks, in the order of the table."""
    return tuple(concern for concern in ELSEWHERE if any(word in text for word in concern.words))
