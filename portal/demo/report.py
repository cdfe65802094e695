"""The text of the demo's draft report: a fictitious project, long enough to search in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

Chapter = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class DemoProject:
    """What the chapters say of a fictitious project."""

    name: str
    company: str
    consultant: str
    place: str
    gully: str
    villages: tuple[tuple[str, float], ...]
    material: str
    works: tuple[str, ...]


_WATER = (
    "pH 值",
    "氨氮",
    "硝酸盐",
    "硫酸盐",
    "氟化物",
    "总硬度",
    "溶解性总固体",
    "耗氧量",
    "砷",
    "汞",
    "六价铬",
    "铅",
    "镉",
    "铁",
    "锰",
)
_AIR = ("总悬浮颗粒物", "可吸入颗粒物", "细颗粒物", "二氧化硫", "二氧化氮")


def chapters(project: DemoProject, first_sample: date) -> list[Chapter]:
    """Return the chapters as (heading, paragraphs); about 25 pages of A4 when printed."""
    return [
        ("第一章 概述", _overview(project)),
        ("第二章 总则", _principles(project)),
        ("第三章 工程分析", _engineering(project)),
        ("第四章 环境现状调查与评价", _baseline(project, first_sample)),
        ("第五章 环境影响预测与评价", _prediction(project)),
        ("第六章 环境保护措施", _measures(project)),
        ("第七章 环境风险评价", _risk(project)),
        ("第八章 环境管理与监测计划", _monitoring(project)),
        ("第九章 结论与建议", _conclusion(project)),
    ]


def _overview(p: DemoProject) -> list[str]:
    nearest, distance = p.villages[0]
    return [
        f"本报告为演示文件，{p.company}和{p.name}均为虚构，所有数据均为编写，不对应任何真实项目。",
        f"{p.company}拟在{p.place}建设{p.name}。场址位于{p.gully}，沟道呈北高南低走势，沟底与两侧梁峁高差四十至七十米，"
        f"距最近的{nearest} {distance} 千米。项目处置的物料为{p.material}。",
        "沟内现状为荒沟，生长有荆条、酸枣等灌木，无常年流水，仅在汛期形成短时洪流。场址范围内没有文物保护单位、"
        "饮用水水源保护区和基本农田，占用的土地已取得县自然资源部门的初步意见。",
        f"受建设单位委托，{p.consultant}承担环境影响评价工作。评价单位踏勘了现场，收集了区域气象、水文地质和社会资料，"
        "委托有资质的监测单位开展了现状监测，在此基础上编制了本报告的征求意见稿。",
        "建设单位在确定编制单位后七个工作日内进行了首次信息公开，征求意见稿形成后通过网络平台、报纸和现场张贴三种方式同步公开，"
        "征求周边公众的意见。",
        f"项目关注的主要环境问题有三个：一是{p.material}淋溶产生的渗滤液流向何处、是否影响下游水井；二是装卸和运输扬尘"
        "对村庄的影响；三是堆体在暴雨条件下的稳定。",
    ]


def _principles(p: DemoProject) -> list[str]:
    villages = "、".join(f"{name}（{distance} 千米）" for name, distance in p.villages)
    return [
        "评价遵循依法评价、科学评价、突出重点的原则，以防渗、防尘、防洪和生态恢复为重点。",
        f"大气环境评价范围为以场址为中心、边长五千米的矩形区域，区域内分布有{villages}。",
        "地表水评价范围为沟口至下游三千米的河段。地下水评价范围以沟谷所在的水文地质单元为界，上游外扩五百米，"
        "下游外扩两千米，两侧至分水岭，面积约八平方千米。",
        "声环境评价范围为场界外二百米以及运输道路两侧各二百米。生态环境评价范围为场界外五百米。",
        "环境空气执行二级标准，地下水执行Ⅲ类标准，声环境村庄执行1类标准、运输道路两侧执行2类标准。",
        "施工期和运营期场界颗粒物无组织排放浓度限值为每立方米1.0毫克。防渗系统的设计参照一般工业固体废物贮存和填埋的要求，"
        "天然基础层不能满足时采用人工防渗衬层。",
        *(
            f"{name}位于场址周围 {distance} 千米处，居民以务农为主，饮用水来自村内集中供水井，是本项目的大气和地下水保护目标。"
            for name, distance in p.villages
        ),
    ]


def _engineering(p: DemoProject) -> list[str]:
    paragraphs = [
        f"{p.name}由主体工程、辅助工程、公用工程和环保工程组成。",
        "罗列于后的各项工程按先拦后填、分区分层的顺序实施，每填筑一层即覆土压实一层，达到设计标高的平台当年绿化。",
        f"本页起说明防渗膜的做法：沟底清基后铺设三十厘米压实黏土，其上铺两层土工布夹一层一点五毫米厚的高密度聚乙烯（HDPE）防渗膜，"
        f"接缝采用双焊缝并逐条充气检验，再铺三十厘米保护土层，然后才能堆填{p.material}。",
    ]
    for number, work in enumerate(p.works, start=1):
        paragraphs.append(
            f"（{number}）{work}。该项工程在开工前完成放线和地质复核，施工记录、影像和验收单归入项目档案，"
            "由监理单位逐日签认。雨季停止深挖作业，已开挖的坡面用密目网覆盖。"
        )
        paragraphs.append(
            f"{work}所用的主要设备为挖掘机、推土机、振动压路机和洒水车，土方就近平衡，不设取土场和弃土场；"
            "施工便道利用既有田间道路拓宽，施工结束后恢复原状或者交村集体使用。"
        )
    paragraphs.extend(
        [
            f"运输：{p.material}由封闭自卸车运入，车辆出场前冲洗，车速控制在每小时二十千米以内，日间运输，夜间二十二时至次日六时不运输。",
            "给排水：生产用水为洒水抑尘和车辆冲洗用水，冲洗废水沉淀后循环使用；生活污水经化粪池处理后由附近农户清掏，不外排。",
            "渗滤液：堆体底部设碎石导排盲沟，渗滤液自流至沟口的收集池，收集池容积六百立方米，全部回喷于作业面抑尘，不外排。"
            "收集池采用钢筋混凝土结构，内壁涂刷防渗涂层，并设液位报警。",
        ]
    )
    return paragraphs


def _baseline(p: DemoProject, first_sample: date) -> list[str]:
    paragraphs = [
        "监测期间天气晴到多云，风向以西北风为主。以下逐日列出各监测点的结果，未检出的项目注明检出限。",
    ]
    for offset in range(60 // len(p.villages)):
        day = first_sample + timedelta(days=offset)
        for index, (village, _distance) in enumerate(p.villages):
            values = "，".join(
                f"{name} {28 + (offset * 7 + index * 11 + position * 13) % 90} 微克每立方米"
                for position, name in enumerate(_AIR)
            )
            paragraphs.append(f"{day.isoformat()} {village}环境空气：{values}，均符合二级标准。")
    for index, (village, _distance) in enumerate(p.villages):
        values = "，".join(
            f"{name} {(position * 37 + index * 19) % 200 / 100 + 0.05:.2f} 毫克每升"
            for position, name in enumerate(_WATER)
        )
        paragraphs.append(
            f"{village}供水井地下水：{values}，各项均达到Ⅲ类标准，水位埋深 {18 + index * 6} 米。"
        )
        paragraphs.append(
            f"{village}昼间等效声级 {46 + index} 分贝，夜间等效声级 {38 + index} 分贝，达到1类声环境功能区标准。"
        )
    paragraphs.append(
        "生态现状：评价区植被以荆条、白羊草灌草丛为主，覆盖度百分之四十左右，常见动物为野兔、山鸡等，未发现国家和省级重点保护野生动植物。"
    )
    return paragraphs


def _prediction(p: DemoProject) -> list[str]:
    paragraphs = [
        f"大气：运营期的主要污染源为卸车、摊铺和风蚀扬尘。采取洒水和覆盖后，{p.villages[0][0]}处颗粒物日均浓度增量为每立方米"
        "十二微克，叠加现状值后达标。本项目不需设置大气环境防护距离。",
        "地表水：正常工况下没有废水外排。截洪沟将上游清洁雨水导出场外，不与物料接触。",
        "地下水：采用解析法预测渗滤液收集池破裂且防渗层失效的情形。泄漏后一百天，硫酸盐超标晕向下游运移九十米；"
        "一千天时最远到达二百六十米，未到达任何村庄的水井。发现泄漏后启动抽水截获，超标范围可以控制在场界以内。",
        "渗滤液的流向：场址地下水自北向南径流，渗滤液一旦渗漏，将沿沟谷向沟口方向运移，不会流向位于东侧分水岭以外的村庄。",
        "声环境：昼间施工和运输噪声在场界外五十米处衰减至五十五分贝以下，村庄处可以达标。",
        "固体废物：施工期的建筑垃圾清运至县指定地点，生活垃圾由环卫部门清运，废机油交有资质的单位处置。",
        "生态：项目占地将破坏现有灌草植被，堆填结束后覆土一米，种植刺槐、侧柏和紫穗槐，三年后植被覆盖度可以恢复到百分之六十以上。",
    ]
    for village, distance in p.villages:
        paragraphs.append(
            f"对{village}的影响：该村距场址 {distance} 千米。预测显示，村内环境空气、噪声和饮用水均能满足标准；"
            "运输车辆不穿越村庄，绕行既有的矿区道路。村民关心的水井，在运营期每季度监测一次，结果在村务公开栏张贴。"
        )
        paragraphs.append(
            f"{village}若在监测中出现水位异常下降或者水质变差，建设单位应立即查明原因，先行送水，并按县水利部门的方案提供替代水源。"
        )
    return paragraphs


def _measures(p: DemoProject) -> list[str]:
    items = (
        (
            "防尘",
            "作业面洒水每日不少于四次，四级以上大风停止作业，裸露面用防尘网覆盖，进场道路硬化并安排专人清扫",
        ),
        ("防渗", "黏土与 HDPE 防渗膜复合防渗，渗透系数不大于每秒十的负七次方厘米，膜下设渗漏检测层"),
        ("截排洪", "按五十年一遇洪水设计截洪沟和排水涵管，沟口设拦挡坝，坝顶宽四米，外坡一比二"),
        ("渗滤液", "盲沟导排、集中收集、回喷抑尘，收集池设液位报警和备用泵，雨季前清空"),
        ("噪声", "选用低噪声设备，限速、禁鸣，夜间不作业"),
        ("生态恢复", "分台阶覆土绿化，台阶高十米、马道宽三米，管护期不少于三年"),
        ("地下水监控", "上游设一眼、两侧各设一眼、下游设三眼监测井，每季度监测一次"),
    )
    paragraphs = []
    for name, text in items:
        paragraphs.append(
            f"{name}措施：{text}。所需费用列入项目总投资，与主体工程同时设计、同时施工、同时投入使用。"
        )
        paragraphs.append(
            f"{name}措施的责任单位为{p.company}，监理单位按月检查，检查结果报当地生态环境部门备查，并在场区入口公示。"
        )
    return paragraphs


def _risk(p: DemoProject) -> list[str]:
    return [
        "可能的环境风险为堆体滑塌、拦挡坝溃决、渗滤液泄漏和矸石自燃。"
        if "矸石" in p.material
        else "可能的环境风险为坝体失稳、排洪设施堵塞和回水管道破裂。",
        "堆体稳定性按正常、暴雨和地震三种工况计算，最小安全系数分别为1.42、1.28和1.18，满足要求。",
        "自燃防控：分层压实、黄土隔离，每层厚度不超过三米；在平台上布设测温孔，温度超过七十摄氏度时注浆处理。",
        "建设单位应当编制突发环境事件应急预案，每年演练一次，在雨季来临前检查截洪沟、涵管和拦挡坝。",
        f"下游受影响的村庄为{'、'.join(name for name, _ in p.villages)}，预案中列明各村的联系人、撤离路线和集合地点。",
    ]


def _monitoring(p: DemoProject) -> list[str]:
    paragraphs = ["环境管理由建设单位主要负责人负责，设专职环保人员二人，建立台账并保存不少于五年。"]
    for quarter in ("第一季度", "第二季度", "第三季度", "第四季度"):
        paragraphs.append(f"{quarter}监测：场界颗粒物、噪声各一次；监测井六眼，项目为{'、'.join(_WATER)}。")
        paragraphs.append(
            f"{quarter}的监测结果在次月十日前于场区入口和各村村务公开栏公布，公布时间不少于十五日。"
        )
    paragraphs.append("填筑结束后继续监测地下水不少于三年，连续四个季度稳定达标后，经论证可以减少频次。")
    return paragraphs


def _conclusion(p: DemoProject) -> list[str]:
    return [
        f"{p.name}符合产业政策和用地要求。在落实本报告提出的防渗、截排洪、防尘和生态恢复措施后，对周围环境的影响可以接受。",
        "建议建设单位在施工前再次征求沿线村庄对运输路线的意见，把水井监测结果长期公开，主动接受监督。",
        "本报告为征求意见稿，公众意见的采纳情况将在报批稿中说明。",
    ]
