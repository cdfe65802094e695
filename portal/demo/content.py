"""What the demo shows: two real notices of 2022 as far as their printed page goes, and fictitious ones.

The real ones carry names, codes, places and figures of the page in sentences of our own, contacts masked; what the page
does not show is listed as unseen. Everything else is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.demo.report import DemoProject

HISTORICAL_DATE = date(2022, 3, 17)
HISTORICAL_BASIS = "报纸版面未印出版日期。同版公告落款为2022年3月16日，疫情通报截至当日6时，按次日见报推定。"
CONSULTANT_2022 = "山西中环惠众环保科技有限公司"


@dataclass(frozen=True, slots=True)
class HistoricalNotice:
    """A notice of the past: its proponent, page fields, and the facts that the extract does not show."""

    proponent: str
    fields: dict[str, Any]
    unseen: tuple[str, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    paper_places: tuple[str, ...] = ()
    places: tuple[tuple[str, str, str], ...] = ()


ANZE = HistoricalNotice(
    proponent="河南开源工程开发有限公司安泽分公司",
    fields={
        "project_name": "河南开源工程开发有限公司安泽分公司义驿村罗汉沟(荒沟)煤矸石填沟造林项目",
        "project_code": "2202-141026-89-05-701804",
        "division_code": "141026",
        "location": "安泽县唐城镇义驿村罗汉沟，距离义驿村0.65km",
        "nature": "新建",
        "content": (
            "工程占地5.48公顷。沟道西北高、东南低。报纸所列工程有：场地清理平整、护沟、排水、防渗、填充、"
            "生态恢复，以及辅助工程和环保工程。"
        ),
        "investment_wan_yuan": Decimal(1500),
        "area": "5.48公顷",
        "filing_authority": "安泽县行政审批服务管理局",
        "filing_date": date(2022, 2, 22),
        "contact_name": "霍**",
        "contact_phone": "188****0000",
        "consultant_name": CONSULTANT_2022,
        "public_scope": "本项目附近可能受影响的村庄村民（未列村名）",
    },
    ways=(("phone", "188****0000"), ("letter", ""), ("email", ""), ("visit", "")),
    paper_places=("河南开源工程开发有限公司安泽分公司（未写地址和时间）",),
    places=(("141026", "义驿村", "0.65"),),
)

FUSHAN = HistoricalNotice(
    proponent="浮山县东圣选矿有限公司",
    fields={
        "project_name": "浮山县东圣选矿有限公司年入选20万吨铁矿石及尾矿干排技术改造项目",
        "project_code": "2106-144027-89-02-635569",
        "division_code": "141027",
        "location": "临汾市浮山县响水河镇上东村北侧0.23km处",
        "nature": "技改",
        "content": (
            "原有工程占地18002.85平方米，本次不新增占地。利用原有破碎车间、主选车间和部分设备，新建磁选车间、"
            "尾矿压滤车间各一座，更换部分旧设备，增设浓缩压滤等配套设施，处理能力不变。"
            "报纸所载文字到尾矿处理工艺由湿排改为某种方式处中断。"
        ),
        "filing_authority": "浮山县行政审批服务管理局",
        "filing_date": date(2021, 6, 4),
        "consultant_name": CONSULTANT_2022,
    },
    unseen=(
        "contact_name",
        "contact_phone",
        "contact_email",
        "draft_report_files",
        "draft_report_url",
        "paper_places",
        "public_scope",
        "villages",
        "opinion_form_provided",
        "opinion_form_url",
        "ways",
        "window_text",
        "window_start",
        "window_end",
        "signature_unit",
        "signature_date",
    ),
    places=(("141027", "上东村", "0.23"),),
)

QINGLING = DemoProject(
    name="青岭沟煤矸石回填造林项目",
    company="安泽县青岭生态修复有限公司",
    consultant="山西云溪环境咨询有限公司",
    place="安泽县唐城镇青岭沟",
    gully="青岭沟",
    villages=(("上青岭村", 0.85), ("柳树坪村", 1.40), ("石门口村", 2.30)),
    material="煤矸石",
    works=(
        "沟底清理与平整",
        "拦挡坝",
        "截洪沟和排水涵管",
        "防渗工程",
        "分层填充",
        "覆土造林",
        "渗滤液收集池",
    ),
)
BEISHAN = DemoProject(
    name="北山选矿厂尾矿干排技术改造项目",
    company="浮山县北山选矿有限公司",
    consultant="山西云溪环境咨询有限公司",
    place="浮山县响水河镇北山沟",
    gully="北山沟",
    villages=(("前北山村", 0.60), ("后北山村", 1.10), ("槐树湾村", 1.90)),
    material="压滤后的尾矿",
    works=("尾矿压滤车间", "尾矿干排皮带廊", "干堆场初期坝", "排洪设施", "回水系统", "磁选车间改造"),
)
NANTAN = DemoProject(
    name="南滩矸石砖厂原料堆场封闭改造项目",
    company="安泽县青岭生态修复有限公司",
    consultant="山西云溪环境咨询有限公司",
    place="安泽县府城镇南滩",
    gully="南滩河谷",
    villages=(("南滩村", 0.45), ("东河村", 1.20)),
    material="煤矸石",
    works=("封闭料棚", "喷淋抑尘系统", "初期雨水池", "运输道路硬化"),
)


@dataclass(frozen=True, slots=True)
class DemoNotice:
    """A fictitious notice: project, code without check digit, fields, ways, places of the paper report.

    A summary point is (aspect, text, words by which its page in the report is found).
    """

    project: DemoProject
    code_stem: str
    division: str
    fields: dict[str, Any]
    ways: tuple[tuple[str, str], ...]
    paper_places: tuple[tuple[str, str, str], ...]
    summary: tuple[tuple[str, str, str], ...] = field(default=())


QINGLING_NOTICE = DemoNotice(
    project=QINGLING,
    code_stem="2608-141026-89-05-31520",
    division="141026",
    fields={
        "location": "安泽县唐城镇青岭沟",
        "nature": "新建",
        "category": "一般工业固体废物处置及综合利用",
        "content": "回填煤矸石约120万立方米，占地6.2公顷。建设拦挡坝、截洪沟、防渗层、渗滤液收集池，分层填充后覆土造林，建设期三年。",
        "investment_wan_yuan": Decimal("2350"),
        "area": "6.2公顷",
        "filing_authority": "安泽县行政审批服务管理局",
        "contact_name": "林经理",
        "contact_phone": "0357-8520000",
        "contact_email": "huanping@qingling.example",
        "consultant_contact": "云工，0351-7000000",
        "public_scope": "上青岭村、柳树坪村、石门口村的居民，以及范围内的企业和其他组织。",
    },
    ways=(
        ("phone", "0357-8520000"),
        ("letter", "安泽县唐城镇青岭路1号 青岭生态修复有限公司，邮编042500"),
        ("email", "huanping@qingling.example"),
        ("visit", "安泽县唐城镇青岭路1号一楼接待室，工作日9:00至17:00"),
    ),
    paper_places=(
        ("安泽县唐城镇青岭路1号一楼接待室", "工作日9:00至11:30，15:00至17:30", "林经理 0357-8520000"),
        ("上青岭村村民委员会", "每日8:00至18:00", "村委会值班室 0357-8520001"),
    ),
    summary=(
        ("water", "渗滤液全部收集回喷，不外排；三个村的水井每季度监测一次。", "渗滤液的流向"),
        ("air", "作业面每日洒水不少于四次，村内颗粒物日均增量12微克，符合标准。", "颗粒物日均浓度增量"),
        ("noise", "夜间二十二时至次日六时不运输。", "次日六时不运输"),
        ("ecology", "填满后覆土一米造林，三年内植被覆盖度恢复到60%以上。", "分台阶覆土绿化"),
    ),
)
BEISHAN_NOTICE = DemoNotice(
    project=BEISHAN,
    code_stem="2607-141027-89-02-42077",
    division="141027",
    fields={
        "location": "浮山县响水河镇北山沟",
        "nature": "技改",
        "category": "铁矿采选",
        "content": "把尾矿湿排改为压滤后干排，新建尾矿压滤车间和干堆场，年入选铁矿石20万吨的能力不变。",
        "existing_works": "现有选矿厂2009年建成，尾矿湿排入库，厂区废水循环使用，破碎筛分设有布袋除尘器。",
        "investment_wan_yuan": Decimal("1860"),
        "area": "不新增占地",
        "filing_authority": "浮山县行政审批服务管理局",
        "contact_name": "贺主任",
        "contact_phone": "0357-8120000",
        "contact_email": "gongshi@beishan.example",
        "consultant_contact": "云工，0351-7000000",
        "public_scope": "前北山村、后北山村、槐树湾村的居民，以及范围内的企业和其他组织。",
    },
    ways=(
        ("phone", "0357-8120000"),
        ("letter", "浮山县响水河镇北山沟1号 北山选矿有限公司，邮编042600"),
        ("email", "gongshi@beishan.example"),
    ),
    paper_places=(("浮山县响水河镇北山沟1号办公楼一楼", "工作日8:30至17:30", "贺主任 0357-8120000"),),
    summary=(
        ("water", "尾矿水全部回用，干堆场设防渗和排洪设施。", "渗滤液的流向"),
        ("air", "皮带廊封闭，干堆场洒水并分区覆盖。", "作业面洒水"),
    ),
)
NANTAN_NOTICE = DemoNotice(
    project=NANTAN,
    code_stem="2605-141026-89-02-20816",
    division="141026",
    fields={
        "location": "安泽县府城镇南滩",
        "nature": "技改",
        "category": "砖瓦制造",
        "content": "露天原料堆场改为封闭料棚，增设喷淋抑尘和初期雨水池，硬化厂内道路1.2千米。",
        "existing_works": "现有堆场占地1.5公顷，三面围挡，雾炮抑尘，雨水经沉淀后排入厂区边沟。",
        "investment_wan_yuan": Decimal("420"),
        "area": "1.5公顷",
        "filing_authority": "安泽县行政审批服务管理局",
        "contact_name": "林经理",
        "contact_phone": "0357-8520000",
        "contact_email": "huanping@qingling.example",
        "consultant_contact": "云工，0351-7000000",
        "public_scope": "南滩村、东河村的居民，以及范围内的企业和其他组织。",
    },
    ways=(
        ("phone", "0357-8520000"),
        ("letter", "安泽县府城镇南滩路8号，邮编042500"),
        ("email", "huanping@qingling.example"),
    ),
    paper_places=(("安泽县府城镇南滩路8号门房", "每日8:00至18:00", "值班室 0357-8520002"),),
)
