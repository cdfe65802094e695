"""Pages that read like reports on environmental impact, as many as wanted, always the same.

Sentences are those of such reports, the first of them frequent, the last rare. What they speak of comes by Zipf's law
from a vocabulary made up of common characters, so that words of a few pages and words of nearly all pages are there.
"""

import random
import re
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

_SLOT: Final = re.compile(r"\{(\w)\}")
_SEED: Final = 20260315
_WORDS: Final = 30_000
_CHARACTERS: Final = "一二三上下不业东中主乡书事交产京人仁介从代任份企会位低作使供修信值停全公关内再冷净准减出分划则利制力加功务动包区十升单厂压厚原去参及反发变古可台号司合吉名向含周和品响哪噪四回因园固国土在地场坑坝坡垃型城域基堆塘填境声处复外多大天太头奖套好学安定实宽密富察对导封小少尘居层展岩岭岸峰崖工左巷市布带常干平年广库应底店度建开引弃强归当录形影径往待徐循德心快性总恒息情感成户房所扩打承技抑护报拆拌持按挖排控推措提搅撒收改政散数整料斜断新方施无旧时明星春显景晴晶暂更最月有木未本机材村条来林果枝架某查标栋树核样桥桩检植榆槽次正步残比毛氏民气水永江污汇池沉沙油治沿泉法泥注泵洗洞活流浆浓海涌消涵液深渗温港湖湾源滤滩漏潮点热然焦照煤熟燃爆片牌物特环现理瓦甲电界留略疏登白百的监目直相矸矿码破硫硬示社福离种科程稳空突站竖端竹第等筑筛管箱米类粉粒系素紧红级线组细经结给统绿缝网置羊老考者耕联股脱自至舍航船良色节芦花苗若范草药荒落蒸蓄虎融行街表装西要见规视角解触计认设证评诊试诚详语调贝负责败货质购费资赤走起超越距路车转轻较输运近还进远违连迹追适选通速造道遥部配采里重量金钢铁铅铜银锅锌镇长门闭间闸阀防阳阶附际降限院除险陶隔隙障集雨雷雾露青非面革音项顶领频题风食饮香马高鱼鲜鸟鹿麦黄黑鼎龙"
_SENTENCES: Final = (
    "{w}{w}，{w}经{w}后进入{w}，{w}由{w}控制，{w}不得{w}。",
    "{v}一带{w}{w}，{w}与{w}之间的{w}{w}，需要{w}相应的{w}和{w}。",
    "{w}影响评价结论：在落实{w}、{w}等措施的前提下，项目对{w}的影响可以接受。",
    "建设期{w}、{w}和{w}的{w}，应采取洒水抑尘、{w}、{w}，并定期{w}。\n",
    "填埋区采取{w}和{w}相结合的防渗措施，渗透系数不大于1.0×10⁻⁷cm/s，防止渗滤液下渗污染地下水。",
    "{v}村水井{w}浓度范围为{f}~{f}mg/L，满足《地下水质量标准》（GB/T14848-2017）Ⅲ类标准。",
    "根据现场调查，项目厂址{d}侧{n}m为{v}村，评价范围内无自然保护区、{w}和集中式饮用水水源地。",
    "经预测，{w}最大落地浓度为{f}μg/m³，占标率{f}%，满足《环境空气质量标准》（GB3095-2012）二级标准要求。",
    "厂界昼间噪声值为{f}dB(A)，满足《工业企业厂界环境噪声排放标准》（GB12348-2008）中{k}类标准。",
    "主要设备包括{w}机{k}台、{w}泵{k}台、{w}{k}套，{w}率不低于{f}%。",
    "{w}属于一般工业固体废物，产生量为{f}t/a，全部送至{v}沟处置；{w}属于危险废物，委托有资质单位处置。",
    "项目无需设置大气环境防护距离；{w}车间卫生防护距离为{n}m，防护距离内无{w}等敏感点。",
    "尾矿干排工艺采用{w}脱水，滤饼含水率低于{f}%，由皮带输送至尾矿库分层碾压堆存，{w}不外排。",
    "项目总投资{n}万元，其中环保投资{f}万元，主要用于{w}、{w}和{w}。",
    "环境影响评价公众参与期间，公众可以就{w}和{w}提出意见，征求意见稿全文可在{v}镇查阅。",
    "生态恢复工程包括覆土{f}万m³，栽植{w}、{w}共{n}株，恢复林地面积{f}hm²。",
    "项目备案代码为{c}，用地面积{f}hm²，建设地点位于{v}镇{v}村，HDPE防渗膜接缝须{w}。",
)
_SENTENCE_WEIGHTS: Final = list(accumulate(1 / (rank + 1) for rank in range(len(_SENTENCES))))


def queries() -> tuple[str, ...]:
    """Return what is searched: words of most pages and of few, long phrases, several words, codes, one character."""
    words = _vocabulary(random.Random(_SEED))
    return (
        *("地下水", "防渗", "渗滤液", "尾矿", "噪声", "浓度", "环境", "项目", "恢复", "公众"),
        *("干排", "矿干排", "防渗膜", "林地面积", "意见稿", "现场调查", "覆土", "一般工业"),
        *(words[rank] for rank in (3, 30, 300, 3000, 10_000, 20_000, 29_000)),
        *("大气环境防护距离", "卫生防护距离", "尾矿干排工艺", "危险废物", "环境影响评价公众参与"),
        *("分层碾压堆存", "集中式饮用水水源地", "征求意见稿全文", "防止渗滤液下渗污染地下水"),
        *("渗滤液 尾矿", "地下水 防渗", "噪声 浓度 公众", "干排 林地面积", "环境影响评价 地下水质量标准"),
        *("GB3095-2012", "GB/T14848-2017", "2202-14", "HDPE防渗膜", "hm²", "12348"),
        "沟",
    )


def pages(count: int) -> Iterator[str]:
    """Yield ``count`` pages of about 1,200 characters; the first are the same whatever the count."""
    dice = random.Random(_SEED)
    words = _vocabulary(dice)
    weights = list(accumulate(1 / (rank + 8) for rank in range(_WORDS)))
    places = _vocabulary(dice)[:4000]

    def filled(slot: re.Match[str]) -> str:
        match slot[1]:
            case "w":
                return words[bisect(weights, dice.random() * weights[-1])]
            case "v":
                return places[int(4000 * dice.random() ** 2)]
            case "n":
                return str(int(10 ** (1 + 3 * dice.random())))
            case "f":
                return f"{100 * dice.random():.2f}"
            case "c":
                return f"{dice.randrange(2001, 2613)}-{dice.randrange(140000, 150000)}-89-05-{dice.randrange(10**6):06}"
            case "d":
                return dice.choice("东西南北")
        return str(dice.randrange(1, 9))

    for _ in range(count):
        text, size = [], dice.randrange(900, 1500)
        while size > 0:
            template = _SENTENCES[bisect(_SENTENCE_WEIGHTS, dice.random() * _SENTENCE_WEIGHTS[-1])]
            sentence = _SLOT.sub(filled, template)
            text.append(sentence)
            size -= len(sentence)
        yield "".join(text)


def _vocabulary(dice: random.Random) -> list[str]:
    common = list(_CHARACTERS)
    dice.shuffle(common)
    limits = list(accumulate(1 / (rank + 20) for rank in range(len(common))))

    def word() -> str:
        letters = (
            common[bisect(limits, dice.random() * limits[-1])] for _ in range(dice.choice((2, 2, 2, 3, 4)))
        )
        return "".join(letters)

    return [word() for _ in range(_WORDS)]
