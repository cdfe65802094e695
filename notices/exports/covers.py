"""The cover sheet of an export: what it is, for whom, and the counts by which a reader checks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from notices.exports.models import Profile
from notices.exports.rows import limited_to, local_time
from notices.ledger.models import Chain
from notices.models import NoticePage, NoticeRecord
from notices.opinions.feedback import awaits_answer
from notices.opinions.models import Opinion
from notices.opinions.numbering import opinion_number
from notices.selectors import window_is_over
from notices.services import chain_key

Pair = tuple[str, str]
# What a higher app says of a notice on the cover, such as whether the statement's counts still agree with the register.
FactProvider = Callable[[NoticeRecord], Sequence[Pair]]
_providers: list[FactProvider] = []


def register_facts(provider: FactProvider) -> None:
    """Add a provider, once; apps do so in ``ready()``."""
    if provider not in _providers:
        _providers.append(provider)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an export takes of one notice; ``newest`` is the key of its last row, which bounds what is read later."""

    record: NoticeRecord
    total: int
    late: int
    on_behalf: int
    redacted: int
    destroyed: int
    erased: int
    unanswered: int
    first: int | None
    last: int | None
    newest: int | None

    @property
    def numbers(self) -> str:
        """Return the range of receipt numbers."""
        if self.first is None or self.last is None:
            return _("无")
        code = self.record.code
        return f"{opinion_number(code, self.first)} — {opinion_number(code, self.last)}"


_AGGREGATES = {
    "total": Count("pk"),
    "late": Count("pk", filter=Q(timeliness="late")),
    "on_behalf": Count("transcriber"),
    "redacted": Count("pk", filter=~Q(redacted_text="")),
    "destroyed": Count("destroyed_at"),
    "erased": Count("commenter__erased_at"),
    "unanswered": Count("pk", filter=awaits_answer()),
    "first": Min("sequence"),
    "last": Max("sequence"),
    "newest": Max("pk"),
}
_NOTHING: dict[str, Any] = dict.fromkeys(_AGGREGATES, 0) | {"first": None, "last": None, "newest": None}


def counts_of(opinions: QuerySet[Opinion], *, notices: Sequence[int] = ()) -> list[Counts]:
    """Return the counts notice by notice, also of the given notices without any opinion, in three queries."""
    grouped: Any = opinions.order_by().values("notice_id").annotate(**_AGGREGATES)
    rows = {row.pop("notice_id"): row for row in grouped}
    records = NoticeRecord.objects.filter(page__in={*rows, *notices}).select_related(
        "page__project__approval_authority"
    )
    return [
        Counts(record=record, **rows.get(record.page_id, _NOTHING)) for record in records.order_by("code")
    ]


def is_unfinished(counts: Sequence[Counts]) -> bool:
    """Whether opinions of these notices wait for their answer, be they among the exported ones or not."""
    notices = [row.record.page_id for row in counts]
    return Opinion.objects.filter(awaits_answer(), notice__in=notices).exists()


def cover_pairs(
    counts: Sequence[Counts], *, profile: Profile, purpose: str, scope: str, user: Any, now: datetime
) -> list[Pair]:
    """Return label and value, line by line."""
    pairs = [(_("文件"), _("公众意见汇总表"))]
    if is_unfinished(counts):
        pairs.append((_("状态"), _("未完成：还有意见没有答复")))
    if any(row.record.demo for row in counts):
        pairs.insert(0, (_("演示"), _("企业、项目和意见均为虚构")))
    if len(counts) == 1:
        pairs += _of_notice(counts[0].record, now)
    pairs += [
        (_("条件"), scope or _("本公示的全部意见")),
        (_("用途"), purpose),
        (_("导出范围"), str(profile.label)),
        (_("导出人"), user.get_full_name() or user.get_username()),
        (_("导出时间"), local_time(now)),
    ]
    pairs += _totals(counts)
    if len(counts) == 1:
        pairs += [(_("编号范围"), counts[0].numbers), (_("台账链头"), _heads(counts)[counts[0].record.code])]
        pairs += [pair for provider in _providers for pair in provider(counts[0].record)]
    else:
        pairs += _notice_by_notice(counts)
    return pairs


def cover_of(notice: NoticePage, *, profile: Profile, purpose: str, user: Any, now: datetime) -> list[Pair]:
    """Return the cover of all records of one notice."""
    opinions = limited_to(profile, Opinion.objects.filter(notice=notice), now=now)
    counts = counts_of(opinions, notices=[notice.pk])
    return cover_pairs(counts, profile=profile, purpose=purpose, scope="", user=user, now=now)


def _of_notice(record: NoticeRecord, now: datetime) -> list[Pair]:
    notice = record.page
    authority = notice.project.approval_authority if notice.project else None
    window = f"{record.first_day} — {record.last_day} 24:00" if record.last_day else _("无")
    if record.last_day and not window_is_over(record, now=now):
        window = _("%(window)s（尚未截止）") % {"window": window}
    return [
        (_("项目名称"), notice.project_name),
        (_("建设单位"), notice.proponent_name),
        (_("审批机关"), authority.name if authority else _("未登记")),
        (_("公示码"), record.code),
        (_("征求意见期限"), window),
    ]


def _totals(counts: Sequence[Counts]) -> list[Pair]:
    total = sum(row.total for row in counts)
    pairs = [(_("意见数"), _("%(count)s 条") % {"count": total} if total else _("0 条，没有收到意见"))]
    labels = {
        "late": _("逾期"),
        "on_behalf": _("代录"),
        "redacted": _("有遮盖"),
        "destroyed": _("内容已销毁"),
        "erased": _("公众信息已删除"),
        "unanswered": _("未答复"),
    }
    return pairs + [(label, str(sum(getattr(row, name) for row in counts))) for name, label in labels.items()]


def _notice_by_notice(counts: Sequence[Counts]) -> list[Pair]:
    heads = _heads(counts)
    template = _("%(project)s；%(count)s 条，未答复 %(unanswered)s 条；编号 %(numbers)s；台账链头 %(head)s")
    return [
        (
            _("公示 %(code)s") % {"code": row.record.code},
            template
            % {
                "project": row.record.page.project_name,
                "count": row.total,
                "unanswered": row.unanswered,
                "numbers": row.numbers,
                "head": heads[row.record.code],
            },
        )
        for row in counts
    ]


def _heads(counts: Sequence[Counts]) -> dict[str, str]:
    keys = {chain_key(row.record): row.record.code for row in counts}
    heads = dict(Chain.objects.filter(key__in=keys).values_list("key", "head"))
    return {code: heads.get(key, "") for key, code in keys.items()}
