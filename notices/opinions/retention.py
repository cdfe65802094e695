"""How long what is kept of a person: the periods, what they begin with, and which opinions are due.

Identity and contact are kept until the answer was brought home and the terms of review and litigation are over
(个人信息保护法 19 and 47); both begin with the announced decision, so an unknown date keeps them, and so does an open window.
Page one, receipt and answer follow the archive's term and are never deleted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.models import NoticePage, Project, ProjectDate
from notices.opinions.feedback import FeedbackState, with_feedback
from notices.opinions.feedback_notes import attempts_with_notes
from notices.opinions.models import Opinion, OpinionFile
from notices.project_dates import collecting_notices, standing_change
from notices.statutory.periods import add_months


class Ground(StrEnum):
    """Why page two of an opinion is due."""

    DECIDED = "decided"
    ABANDONED = "abandoned"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Kept:
    """How many identities a notice still holds that are not due, and why."""

    notice: NoticePage
    count: int
    why: str


def remedies_end(decided_on: date) -> date:
    """Return the last day on which a decision can still be contested, by review or in court."""
    review = decided_on + timedelta(days=settings.RETENTION_REVIEW_DAYS)
    return max(review, add_months(decided_on, settings.RETENTION_LITIGATION_MONTHS))


def kept_until(project: Project | None) -> date | None:
    """Return the last day for which page two of a project's opinions is kept, None while its end is not known.

    No period begins before the day on which its date was recorded, or an end confirmed: a date long past would erase at
    once what nobody had the time to miss.
    """
    if project is None:
        return None
    if project.decided_on is not None:
        recorded = standing_change(project, ProjectDate.DECIDED)
        return remedies_end(_later(project.decided_on, recorded.made_at if recorded else None))
    ended = standing_change(project, ProjectDate.ABANDONED)
    if project.abandoned_on is None or ended is None or ended.confirmed_at is None:
        return None
    begins = _later(project.abandoned_on, ended.confirmed_at)
    return begins + timedelta(days=settings.RETENTION_ABANDONED_DAYS)


def _later(day: date, moment: datetime | None) -> date:
    return day if moment is None else max(day, timezone.localdate(moment))


def holding_identity() -> QuerySet[Opinion]:
    """Return the opinions whose page two, files or notes on feedback, which may say who wrote, were not erased yet."""
    files = OpinionFile.objects.filter(opinion=OuterRef("pk"), erased_at=None)
    identity = Q(commenter__isnull=False, commenter__erased_at=None)
    notes = attempts_with_notes().filter(opinion=OuterRef("pk"))
    return Opinion.objects.filter(identity | Exists(files) | Exists(notes))


def due_opinions(today: date) -> list[tuple[Ground, QuerySet[Opinion]]]:
    """Return the opinions whose page two is due, by the ground; no opinion is due on two of them.

    Of a decided project those that were answered and their writers told, where Art. 18 asks for it. Where no end is
    recorded only what its writer had restricted: answered, and as long ago as a decision could be contested. Content
    that was destroyed needs no answer.
    """
    over = _over_projects(today)
    decided = [project.pk for project in over if project.decided_on is not None]
    abandoned = [project.pk for project in over if project.decided_on is None]
    holding = holding_identity()
    settled = with_feedback(holding).exclude(feedback__in=(FeedbackState.UNANSWERED, FeedbackState.DUE))
    open_end = Q(notice__project=None) | Q(
        notice__project__decided_on=None, notice__project__abandoned_on=None
    )
    long_ago = _longest_term_before(today)
    return [
        (Ground.DECIDED, settled.filter(notice__project__in=decided)),
        (Ground.ABANDONED, holding.filter(notice__project__in=abandoned)),
        (
            Ground.RESTRICTED,
            holding.filter(
                open_end,
                Q(answer__made_at__date__lt=long_ago) | Q(answer=None, destroyed_at__date__lt=long_ago),
                commenter__restricted_at__date__lt=long_ago,
            ),
        ),
    ]


def is_due(pk: int, ground: Ground, today: date) -> bool:
    """Whether an opinion is still due on a ground; a list of those due may be hours old."""
    return dict(due_opinions(today))[ground].filter(pk=pk).exists()


def _over_projects(today: date) -> list[Project]:
    """Return the projects whose period is over and of which no notice takes opinions any more."""
    holding = Project.objects.filter(pk__in=holding_identity().values("notice__project"))
    ended = holding.exclude(decided_on=None, abandoned_on=None).prefetch_related("date_changes")
    over = [project for project in ended if (last := kept_until(project)) is not None and last < today]
    collecting = _collecting(over, today)
    return [project for project in over if project.pk not in collecting]


def _collecting(projects: Iterable[Project], today: date) -> set[int]:
    """Return the keys of those of the projects of which a notice took opinions as the day began."""
    begins = datetime.combine(today, time.min, tzinfo=timezone.get_current_timezone())
    return {record.page.project_id for record in collecting_notices(projects, now=begins)}


def _longest_term_before(today: date) -> date:
    review = today - timedelta(days=settings.RETENTION_REVIEW_DAYS)
    return min(review, add_months(today, -settings.RETENTION_LITIGATION_MONTHS))


def still_kept(today: date) -> Iterator[Kept]:
    """Yield, notice by notice, how many identities are not due and what they wait for."""
    kept = holding_identity()
    for _ground, due in due_opinions(today):
        kept = kept.exclude(pk__in=due.values("pk"))
    counts = dict(kept.order_by().values_list("notice").annotate(count=Count("pk")))
    notices = NoticePage.objects.select_related("project", "record").prefetch_related("project__date_changes")
    rows = list(notices.filter(pk__in=counts).order_by("pk"))
    collecting = _collecting({row.project for row in rows if row.project is not None}, today)
    for notice in rows:
        yield Kept(notice, counts[notice.pk], _why_kept(notice.project, collecting, today))


def _why_kept(project: Project | None, collecting: set[int], today: date) -> str:
    last = kept_until(project)
    if last is None and project is not None and project.abandoned_on is not None:
        return _("终止日期尚待平台管理员确认")
    if last is None:
        submitted = project is not None and project.submitted_on is not None
        return _("尚未登记审批决定或终止日期") if submitted else _("尚未登记报批、审批决定或终止日期")
    if last >= today:
        return _("保存到 %(day)s") % {"day": last.isoformat()}
    if project is not None and project.pk in collecting:
        return _("期限已满，但还在征求意见")
    return _("期限已满，但尚未答复或者反馈")


@dataclass(frozen=True, slots=True)
class RetentionWords:
    """The periods in words, for the privacy notice."""

    identity: str
    abandoned: str
    unsent: str
    access: str
    opinion: str


def retention_words() -> RetentionWords:
    """Return the periods as set for this installation."""
    return RetentionWords(
        identity=_(
            "保存到建设单位反馈完毕，并且审批决定公告后行政复议期限（%(days)d 日）和行政诉讼期限（%(months)d 个月）都已届满，公告后才登记的从登记起算。"
        )
        % {"days": settings.RETENTION_REVIEW_DAYS, "months": settings.RETENTION_LITIGATION_MONTHS},
        abandoned=_("项目终止、不再报批的，经平台确认后再保存 %(days)d 日。")
        % {"days": settings.RETENTION_ABANDONED_DAYS},
        unsent=_("上传以后没有提交的文件，保存 %(days)d 天。") % {"days": settings.RETENTION_UNSENT_DAYS},
        access=_("谁在什么时候、为什么查阅过，至少留存 %(years)d 年。")
        % {"years": settings.RETENTION_ACCESS_YEARS},
        opinion=_("按公众参与档案的保管期限保存 %(years)d 年，与身份信息分开，不含姓名和联系方式。")
        % {"years": settings.RETENTION_OPINION_YEARS},
    )
