"""What the record holds for each point of the review (Art. 25), with the address where it can be looked at.

Nothing is judged here: dates, counts and files as they are registered, 未见 where there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.addresses import short_address
from notices.archive.selectors import archives_of, certificates_of
from notices.calendars import current_calendar
from notices.checklist import checklist_of
from notices.ledger.models import Chain
from notices.ledger.selectors import verdict_on
from notices.models import AttachmentKind, NoticeRecord, NoticeStage
from notices.opinions.feedback import FeedbackState, awaits_answer, with_feedback
from notices.opinions.models import Channel, Opinion, OpinionTimeliness, Outcome
from notices.opinions.worklist import on_behalf_sentence
from notices.record_details import shown_page
from notices.services import chain_key
from notices.statutory.facts import NoticeKind
from notices.statutory.meetings import announce_by, invite_by, minutes_by
from notices.statutory.window import count_working_days


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that the record holds, or 未见; ``url`` leads to it."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The notices of one project by their kind, those that were approved, the earliest first."""

    record: NoticeRecord
    by_kind: dict[str, list[NoticeRecord]]

    def of(self, kind: NoticeKind) -> list[NoticeRecord]:
        """Return the notices of a kind."""
        return self.by_kind.get(str(kind), [])

    @property
    def second(self) -> list[NoticeRecord]:
        """Return the draft-report notices."""
        return self.of(NoticeKind.DRAFT_REPORT)

    def every(self) -> list[NoticeRecord]:
        """Return all of them."""
        return [record for records in self.by_kind.values() for record in records]


def rounds_of(record: NoticeRecord) -> Rounds:
    """Return the rounds of a notice's project; a notice without project stands alone."""
    records = NoticeRecord.objects.filter(pk=record.pk)
    if record.page.project_id is not None:
        records = NoticeRecord.objects.filter(page__project=record.page.project_id)
    by_kind: dict[str, list[NoticeRecord]] = {}
    for row in (
        records.exclude(stage=NoticeStage.DRAFT)
        .select_related("page__project")
        .order_by("published_on", "pk")
    ):
        by_kind.setdefault(str(row.page.kind), []).append(row)
    return Rounds(record, by_kind)


def found_for(key: str, rounds: Rounds) -> list[Found]:
    """Return what the record holds for a point; 未见 when there is nothing."""
    return list(_FINDERS[key](rounds)) or [Found(_("未见"))]


def address(name: str, *args: Any, query: str = "") -> str:
    """Return an absolute address of this installation."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse(name, args=args)}{query}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else _("未登记")


def _notice(record: NoticeRecord, words: str) -> Found:
    return Found(
        _("公示 %(code)s：%(words)s") % {"code": record.code, "words": words}, short_address(record.code)
    )


def _checks(record: NoticeRecord) -> Found:
    """Say what the rules find on a notice, and lead to the sheet that lists them."""
    checklist = checklist_of(shown_page(record), correcting=False)
    counts = {
        "block": len(checklist.blocking),
        "warn": len(checklist.warnings),
        "waived": len(checklist.waived),
    }
    words = _("形式核对：必须补正 %(block)d 项，建议补正 %(warn)d 项，豁免 %(waived)d 项") % counts
    return Found(words, address("notice_check", record.pk))


def _files(records: Iterable[NoticeRecord], *kinds: str) -> Iterator[Found]:
    for record in records:
        for row in record.page.attachments.filter(kind__in=kinds).in_version(max(record.version, 1)):
            pages = _("，%(pages)s 页") % {"pages": row.pages} if row.pages else ""
            yield Found(f"{row.title}{pages}", address("attachment", record.code, row.pk, row.file_name))


def _statement(rounds: Rounds) -> Iterator[Found]:
    yield from _files(rounds.every(), AttachmentKind.STATEMENT)


def _nothing(rounds: Rounds) -> Iterator[Found]:
    yield from ()


def _attached(rounds: Rounds) -> Iterator[Found]:
    project = rounds.record.page.project
    if project and project.submitted_on:
        yield Found(_("报批日期 %(day)s") % {"day": _day(project.submitted_on)})


def _first_round(rounds: Rounds) -> Iterator[Found]:
    project = rounds.record.page.project
    yield Found(_("确定编制单位日期 %(day)s") % {"day": _day(project.contracted_on if project else None)})
    for record in rounds.of(NoticeKind.FIRST_ROUND):
        yield _notice(record, _("%(day)s公开") % {"day": _day(record.published_on)})
        yield _checks(record)
    if not rounds.of(NoticeKind.FIRST_ROUND):
        yield Found(_("未见：首次公开不在本平台，或者没有公开"))


def _second_round(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.second:
        yield _notice(record, _("%(day)s公开") % {"day": _day(record.published_on)})
        yield _checks(record)
        for row in archives_of(record):
            yield Found(
                _("公示存档第 %(v)s 版") % {"v": row.version},
                address("archive_file", record.code, row.version),
            )
    yield from _files(rounds.second, AttachmentKind.DRAFT_REPORT, AttachmentKind.REDACTION)


def _depth(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.second:
        for row in record.depth_decisions.all():
            words = _("%(choice)s。理由：%(reason)s") % {
                "choice": row.get_choice_display(),
                "reason": row.reason,
            }
            yield Found(words, address("notice_register:inspect", record.pk))


def _meetings(rounds: Rounds) -> Iterator[Found]:
    calendar = current_calendar()
    for record in rounds.second:
        for row in record.page.meetings.filter(cancelled_on=None):
            words = f"{row}：" + _("召开%(held)s，公告%(announced)s，通知%(invited)s，纪要%(minutes)s") % {
                "held": _day(row.held_on),
                "announced": _day(row.announced_on),
                "invited": _day(row.invited_on),
                "minutes": _day(row.minutes_on),
            }
            if row.held_on:
                words += _("。最迟：公告%(announce)s，通知%(invite)s，纪要%(minutes)s") % {
                    "announce": _day(announce_by(row.held_on, calendar)),
                    "invite": _day(invite_by(row.held_on, calendar)),
                    "minutes": _day(minutes_by(row.held_on, calendar)),
                }
            yield Found(words, address("meeting:inspect", row.pk))


def _pre_approval(rounds: Rounds) -> Iterator[Found]:
    records = rounds.of(NoticeKind.PRE_APPROVAL)
    for record in records:
        yield _notice(record, _("%(day)s公开") % {"day": _day(record.published_on)})
    yield from _files(records, AttachmentKind.FULL_REPORT, AttachmentKind.STATEMENT)


def _simplified(rounds: Rounds) -> Iterator[Found]:
    shown = [(record, shown_page(record)) for record in rounds.second]
    simplified = [(record, page) for record, page in shown if page.art31_simplified]
    for record, page in simplified:
        yield _notice(
            record, _("按第三十一条简化，园区：%(park)s") % {"park": page.art31_park or _("未填写")}
        )
    yield from _files([record for record, _page in simplified], AttachmentKind.PLANNING_EIA)
    if shown and not simplified:
        yield Found(_("没有申请简化，不适用"))


def _window(rounds: Rounds) -> Iterator[Found]:
    calendar = current_calendar()
    for record in rounds.second:
        if record.first_day is None or record.last_day is None:
            continue
        words = _(
            "%(first)s 至 %(last)s 24:00，首日不计入，共 %(days)d 个工作日（法定最短 %(least)s 个）"
        ) % {
            "first": record.first_day,
            "last": record.last_day,
            "days": count_working_days(record.first_day, record.last_day, calendar),
            "least": record.working_days or "—",
        }
        yield _notice(record, words + (_("，暂定") if record.provisional else ""))
        if record.calendar_version:
            yield Found(_("工作日按日历 %(version)s") % {"version": record.calendar_version})
        for row in certificates_of(record):
            url = address("closing_certificate", record.code, row.version)
            yield Found(_("截止证明第 %(v)s 份") % {"v": row.version}, url)


def _changes(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.every():
        for row in record.changes.order_by("made_at", "id"):
            moved = row.new_last_day and row.new_last_day != row.old_last_day
            days = _("，截止日 %(old)s 改为 %(new)s") % {
                "old": _day(row.old_last_day),
                "new": row.new_last_day,
            }
            words = f"{row.get_change_class_display()}{days if moved else ''}：{row.reason}"
            yield Found(words, address("notice_register:inspect", record.pk))
    if rounds.every() and not any(record.changes.exists() for record in rounds.every()):
        yield Found(_("没有更正和延长"))


def _web(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.every():
        page = shown_page(record)
        words = f"{page.get_kind_display()}，" + _("%(day)s起公开") % {"day": _day(record.published_on)}
        yield _notice(record, words)
        if page.qualifying_platform_url:
            yield Found(_("符合第九条的网络平台页面"), page.qualifying_platform_url)


def _evidence(rounds: Rounds, relation: str, words: Callable[[Any], str]) -> Iterator[Found]:
    for record in rounds.second:
        for row in getattr(record.page, relation).prefetch_related("files"):
            count = len(row.files.all())
            files = _("，文件 %(count)d 个") % {"count": count} if count else _("，没有文件")
            yield Found(words(row) + files, address("notice_evidence", record.pk))


def _newspaper(rounds: Rounds) -> Iterator[Found]:
    yield from _evidence(
        rounds,
        "newspaperinsertions",
        lambda row: f"{row.newspaper} " + (_day(row.published_on) if row.published_on else _("未刊登")),
    )


def _posting(rounds: Rounds) -> Iterator[Found]:
    yield from _evidence(
        rounds,
        "sitepostings",
        lambda row: (
            _("%(village)s%(spot)s：张贴%(from)s，撤除%(to)s")
            % {
                "village": row.village,
                "spot": row.spot,
                "from": _day(row.posted_on),
                "to": _day(row.removed_on),
            }
        ),
    )


def _viewing(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.second:
        for place in shown_page(record).paper_places.all():
            yield _notice(record, f"{place.address} {place.hours}".strip())
    yield from _evidence(
        rounds,
        "paperviewings",
        lambda row: (
            _("%(day)s %(place)s 查阅 %(count)d 人次")
            % {"day": row.viewed_on, "place": row.place, "count": row.visitors}
        ),
    )


def _opinions_of(record: NoticeRecord) -> Any:
    return Opinion.objects.filter(notice_id=record.page_id)


def _register(record: NoticeRecord, **limits: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"notice": str(record.page_id), **limits}.items())
    return address("opinion_register:index", query=f"?{query}")


def _taking(rounds: Rounds) -> list[NoticeRecord]:
    return [*rounds.of(NoticeKind.FIRST_ROUND), *rounds.second]


def _count(rounds: Rounds) -> Iterator[Found]:
    for record in _taking(rounds):
        rows = _opinions_of(record)
        found = rows.aggregate(
            total=Count("pk"),
            late=Count("pk", filter=Q(timeliness=OpinionTimeliness.LATE)),
            **{channel: Count("pk", filter=Q(channel=channel)) for channel in Channel.values},
        )
        parts = [f"{label} {found[channel]}" for channel, label in Channel.choices if found[channel]]
        words = _("登记 %(total)d 条，其中逾期 %(late)d 条") % found
        yield Found(
            f"{record.code}：{words}" + (f"（{'，'.join(parts)}）" if parts else ""), _register(record)
        )
        numbers = rows.order_by("sequence").values_list("number", flat=True)
        if found["total"]:
            yield Found(_("编号 %(first)s 至 %(last)s") % {"first": numbers.first(), "last": numbers.last()})


def _answered(rounds: Rounds) -> Iterator[Found]:
    for record in _taking(rounds):
        rows = _opinions_of(record)
        counts = dict(
            rows.exclude(answer=None).order_by().values_list("answer__outcome").annotate(Count("pk"))
        )
        parts = [f"{label} {counts[outcome]}" for outcome, label in Outcome.choices if outcome in counts]
        parts.append(_("未答复 %(count)d") % {"count": rows.filter(awaits_answer()).count()})
        yield Found(f"{record.code}：{'，'.join(parts)}", _register(record))


def _told(rounds: Rounds) -> Iterator[Found]:
    for record in _taking(rounds):
        asked = _opinions_of(record).filter(answer__outcome__in=(Outcome.NOT_ADOPTED, Outcome.PARTLY_ADOPTED))
        counts = dict(with_feedback(asked).order_by().values_list("feedback").annotate(Count("pk")))
        parts = [f"{label} {counts[state]}" for state, label in FeedbackState.choices if state in counts]
        yield Found(
            f"{record.code}：{'，'.join(parts) or _('没有未采纳、部分采纳的意见')}", _register(record)
        )


def _privacy(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.every():
        for row in record.page.attachments.filter(kind=AttachmentKind.STATEMENT):
            seen = len(row.personal_data)
            words = _("%(title)s：自动检查发现疑似个人信息 %(count)d 处") % {
                "title": row.title,
                "count": seen,
            }
            yield Found(words, address("attachment", record.code, row.pk, row.file_name))


def _ledger(rounds: Rounds) -> Iterator[Found]:
    for record in rounds.every():
        chain = Chain.objects.filter(key=chain_key(record)).first()
        if chain is None:
            continue
        faults = verdict_on(chain).faults
        state = _("发现 %(count)d 处问题") % {"count": len(faults)} if faults else _("环环相扣")
        words = _("%(code)s 台账共 %(length)d 条，%(state)s，链头 %(head)s") % {
            "code": record.code,
            "length": chain.length,
            "state": state,
            "head": chain.head[:16],
        }
        yield Found(words, address("notice_ledger", record.code))


def _on_behalf(rounds: Rounds) -> Iterator[Found]:
    for record in _taking(rounds):
        rows = _opinions_of(record)
        sentence = on_behalf_sentence(rows.exclude(transcriber=None).count(), rows.count())
        yield Found(f"{record.code}：{sentence or _('没有代录的意见')}", _register(record, on_behalf="yes"))
    for record in rounds.every():
        for row in record.waivers.in_force():
            words = _("豁免 %(rule)s：%(reason)s") % {"rule": row.rule_id, "reason": row.reason}
            yield Found(words, address("notice_check", record.pk))


_FINDERS: dict[str, Callable[[Rounds], Iterator[Found]]] = {
    "statement": _statement,
    "pledge": _nothing,
    "attached": _attached,
    "first_round": _first_round,
    "second_round": _second_round,
    "depth": _depth,
    "meetings": _meetings,
    "pre_approval": _pre_approval,
    "simplified": _simplified,
    "window": _window,
    "changes": _changes,
    "web": _web,
    "newspaper": _newspaper,
    "posting": _posting,
    "viewing": _viewing,
    "count": _count,
    "answered": _answered,
    "told": _told,
    "process": _statement,
    "analysis": _statement,
    "outcome": _statement,
    "privacy": _privacy,
    "ledger": _ledger,
    "on_behalf": _on_behalf,
}
