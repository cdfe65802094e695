"""What must be shown besides the notice: newspaper, postings, answers, the conditions of Art. 31: L15 to L21 and L23."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from notices.statutory.facts import NoticeFacts, NoticeKind, PostingFact
from notices.statutory.rules.base import (
    DRAFT_REPORT,
    FIRST_ROUND,
    PRE_APPROVAL,
    TAKES_OPINIONS,
    Context,
    Hit,
    Level,
    Rule,
    Stage,
)
from notices.statutory.rules.items import carries_first_round, minimum_working_days
from notices.statutory.window import MAX_SPAN_DAYS, YEARS, comment_window, count_working_days

MIN_INSERTIONS = 2
SYNCHRONOUS_WITHIN = 1  # working days
FIRST_ROUND_WITHIN = 7  # working days
ART31_PROOFS = 3  # the park, the review opinion of its planning EIA, the statement of conformity


def _newspaper(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    dates = {insertion.published_on for insertion in facts.insertions if insertion.published_on}
    start, end = facts.window_start, facts.window_end
    inside = {day for day in dates if (start is None or start <= day) and (end is None or day <= end)}
    if len(inside) < MIN_INSERTIONS:
        repeated = sum(insertion.published_on is not None for insertion in facts.insertions) > len(dates)
        note = "同一天的只算一次，" if repeated else ""
        yield Hit(f"征求意见期限内报纸公开不得少于2次，{note}现有{len(inside)}次，请安排或补登。")
    outside = sorted(dates - inside)
    if outside:
        days = "、".join(day.isoformat() for day in outside)
        yield Hit(f"报纸日期 {days} 不在征求意见期限内，不能计入。")
    if any(not row.has_page_image and _is_over(row.published_on, context) for row in facts.insertions):
        yield Hit("请上传已刊登报纸的版面照片。")


def _posting(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if facts.art31:
        return
    posted = [posting.village for posting in facts.postings]
    missing = [village for village in facts.villages if not any(village.strip() in place for place in posted)]
    if not facts.postings:
        yield Hit("请登记张贴公告的地点、起止日期和照片。")
    elif missing:
        yield Hit(f"公众范围内的{'、'.join(missing)}没有张贴记录，请补登或说明理由。", absent=("villages",))
    for posting in facts.postings:
        yield from _posting_hits(posting, facts, context)


def _posting_hits(posting: PostingFact, facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if posting.start is None:
        if context.stage is Stage.STATEMENT:
            yield Hit(f"请登记{posting.village}的张贴日期。")
        return
    if not posting.photos and _is_over(posting.start, context):
        yield Hit(f"请上传{posting.village}的张贴照片。")
    if posting.end is None:
        if context.stage is Stage.STATEMENT:
            yield Hit(f"请登记{posting.village}公告的拆除日期。")
    elif posting.start.year in YEARS:
        days = minimum_working_days(facts)
        window = comment_window(posting.start, working_days=days, calendar=context.calendar)
        if posting.end < window.last_day_counting_first:
            yield Hit(f"{posting.village}的张贴不足{days}个工作日，请延长或补张贴。")


def _synchronous(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    insertions = [row.published_on for row in facts.insertions if row.published_on]
    postings = [row.start for row in facts.postings if row.start]
    starts = [min(days) for days in (insertions, postings) if days]
    published = facts.publication_date or facts.window_start
    if published:
        starts.append(published)
    if len(starts) > 1 and _more_than(SYNCHRONOUS_WITHIN, min(starts), max(starts), context):
        first, last = min(starts).isoformat(), max(starts).isoformat()
        yield Hit(f"网络、报纸、张贴三种方式应同步公开，现最早 {first}、最晚 {last}，请调整日期或延长期限。")


def _in_time_after_contract(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if facts.contract_date is None:
        return
    published = facts.publication_date or context.on
    if _more_than(FIRST_ROUND_WITHIN, facts.contract_date, published, context):
        yield Hit("首次公开应在确定编制单位后7个工作日内，现已超过，请尽快公开并在公众参与说明中写明原因。")


def _existing_works(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not carries_first_round(facts):
        return
    nature = facts.nature or ""
    changed = any(word in nature for word in ("改", "扩", "迁"))
    if changed and not (facts.existing_works or "").strip():
        yield Hit(f"建设性质为“{nature.strip()}”，请说明现有工程及其环境保护情况。")


def _answered(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if facts.opinions_unanswered:
        yield Hit(f"还有{facts.opinions_unanswered}条按时收到的意见没有处理完，请逐条写明采纳情况和理由。")
    elif facts.opinions_unanswered is None and context.stage is Stage.STATEMENT:
        yield Hit("还没有意见处理情况，请先汇总意见并逐条处理。")
    if facts.opinions_untold:
        yield Hit(
            f"有{facts.opinions_untold}条未采纳的意见留有联系方式，还没有向提出人说明理由，请反馈并登记。",
            field="opinions_untold",
        )


def _depth_decided(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if facts.depth_decided is False:
        yield Hit("请记录是否召开座谈会、听证会或专家论证会，并写明理由。")


def _counts_agree(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    stated, registered = facts.statement_count, facts.register_count
    if stated is not None and registered is not None and stated != registered:
        yield Hit(
            f"公众参与说明写收到意见{stated}条，登记为{registered}条，请按登记改正。",
            suggestion=str(registered),
            absent=("register_count",),
        )
    elif stated is None and facts.kind is NoticeKind.PRE_APPROVAL:
        yield Hit("请填写公众参与说明中写明的意见数量，以便与登记核对。", level=Level.WARN)


def _art31(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if not facts.art31:
        return
    if len(facts.art31_evidence) < ART31_PROOFS:
        yield Hit(
            "按第三十一条简化的，请写明产业园区名称、规划环评审查意见文号和符合规划环评的说明，缺一不可。"
        )
    if facts.art31_review_file is False:
        yield Hit(
            "按第三十一条简化的，请上传规划环评审查意见的文件；没有的，取消简化，按10个工作日公示。",
            field="art31_review_file",
        )
    yield from _merged_first_round(facts, context)


def _merged_first_round(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    """Find what Art. 9 asks for: the simplified notice stands for the first round too (Art. 31 (1))."""
    merged = "首次公开的内容并入本公示（第三十一条），"
    if not (facts.consultant or "").strip():
        yield Hit(f"{merged}请填写环境影响报告书编制单位的名称。", field="consultant")
    if not (facts.contact_phone or facts.contact_email or "").strip():
        yield Hit(
            f"{merged}请填写建设单位的联系方式（电话或邮箱）。",
            field="contact_phone",
            absent=("contact_phone", "contact_email"),
        )
    for hit in _existing_works(facts, context):
        yield Hit(f"{merged}{hit.message}", field="existing_works")


def _more_than(working_days: int, first: date, last: date, context: Context) -> bool:
    """Return whether more working days lie between; mistyped years and spans beyond every holiday are not counted."""
    if first.year not in YEARS or last.year not in YEARS or (last - first).days > MAX_SPAN_DAYS:
        return first < last
    return count_working_days(first, last, context.calendar) > working_days


def _is_over(day: date | None, context: Context) -> bool:
    return context.stage is Stage.STATEMENT or (day is not None and day < context.on)


RULES = (
    Rule(
        "L15",
        "报纸公开",
        "办法第十一条（二）",
        False,
        Level.BLOCK,
        DRAFT_REPORT | PRE_APPROVAL,
        "insertions",
        _newspaper,
        Stage.STATEMENT,
    ),
    Rule(
        "L16",
        "张贴公告",
        "办法第十一条（三）",
        False,
        Level.BLOCK,
        DRAFT_REPORT | PRE_APPROVAL,
        "postings",
        _posting,
        Stage.STATEMENT,
    ),
    Rule("L17", "同步公开", "办法第十一条", False, Level.WARN, DRAFT_REPORT, "insertions", _synchronous),
    Rule(
        "L18",
        "首次公开时限",
        "办法第九条",
        False,
        Level.WARN,
        FIRST_ROUND,
        "contract_date",
        _in_time_after_contract,
    ),
    Rule(
        "L19",
        "现有工程",
        "办法第九条（一）",
        False,
        Level.BLOCK,
        TAKES_OPINIONS,
        "existing_works",
        _existing_works,
    ),
    Rule(
        "L20",
        "意见处理",
        "办法第十八条",
        False,
        Level.BLOCK,
        DRAFT_REPORT | PRE_APPROVAL,
        "opinions_unanswered",
        _answered,
        Stage.STATEMENT,
    ),
    Rule(
        "L21",
        "意见数量",
        "办法第十九条",
        True,
        Level.BLOCK,
        DRAFT_REPORT | PRE_APPROVAL,
        "statement_count",
        _counts_agree,
        Stage.STATEMENT,
    ),
    Rule(
        "L23", "第三十一条简化", "办法第三十一条", False, Level.BLOCK, DRAFT_REPORT, "art31_evidence", _art31
    ),
    Rule(
        "L30",
        "深度公众参与",
        "办法第十四条",
        False,
        Level.BLOCK,
        DRAFT_REPORT,
        "depth_decided",
        _depth_decided,
        Stage.STATEMENT,
    ),
)
