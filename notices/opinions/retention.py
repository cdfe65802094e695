"""How long what is kept of a person: the periods, what they begin with, and which opinions are due.

Identity and contact are kept until the answer was brought home and the terms of review and litigation are over
(个人信息保护法 19 and 47); both begin with the announced decision, so an unknown date keeps them. Page one, receipt and
answer follow the archive's term and are never deleted here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from notices.models import NoticePage, Project
from notices.opinions.feedback import FeedbackState, with_feedback
from notices.opinions.feedback_notes import attempts_with_notes
from notices.opinions.models import Opinion, OpinionFile
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
    """Return the last day for which page two of a project's opinions is kept, None while its end is not recorded."""
    if project is None:
        return None
    if project.decided_on is not None:
        return remedies_end(project.decided_on)
    if project.abandoned_on is not None:
        return project.abandoned_on + timedelta(days=settings.RETENTION_ABANDONED_DAYS)
    return None


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
    over = [project for project in _ended_projects() if _is_over(project, today)]
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


def _ended_projects() -> QuerySet[Project]:
    holding = Project.objects.filter(pk__in=holding_identity().values("notice__project"))
    return holding.exclude(decided_on=None, abandoned_on=None)


def _is_over(project: Project, today: date) -> bool:
    last = kept_until(project)
    return last is not None and last < today


def _longest_term_before(today: date) -> date:
    review = today - timedelta(days=settings.RETENTION_REVIEW_DAYS)
    return min(review, add_months(today, -settings.RETENTION_LITIGATION_MONTHS))


def still_kept(today: date) -> Iterator[Kept]:
    """Yield, notice by notice, how many identities are not due and what they wait for."""
    kept = holding_identity()
    for _ground, due in due_opinions(today):
        kept = kept.exclude(pk__in=due.values("pk"))
    counts = dict(kept.order_by().values_list("notice").annotate(count=Count("pk")))
    notices = NoticePage.objects.select_related("project", "record").filter(pk__in=counts).order_by("pk")
    for notice in notices:
        yield Kept(notice, counts[notice.pk], _why_kept(notice.project, today))


def _why_kept(project: Project | None, today: date) -> str:
    last = kept_until(project)
    if last is None:
        submitted = project is not None and project.submitted_on is not None
        return _("尚未登记审批决定或终止日期") if submitted else _("尚未登记报批、审批决定或终止日期")
    if last >= today:
        return _("保存到 %(day)s") % {"day": last.isoformat()}
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
            "保存到建设单位反馈完毕，并且审批决定公告后行政复议期限（%(days)d 日）和行政诉讼期限（%(months)d 个月）都已届满。"
        )
        % {"days": settings.RETENTION_REVIEW_DAYS, "months": settings.RETENTION_LITIGATION_MONTHS},
        abandoned=_("项目终止、不再报批的，保存到终止后 %(days)d 日。")
        % {"days": settings.RETENTION_ABANDONED_DAYS},
        unsent=_("上传以后没有提交的文件，保存 %(days)d 天。") % {"days": settings.RETENTION_UNSENT_DAYS},
        access=_("谁在什么时候、为什么查阅过，至少留存 %(years)d 年。")
        % {"years": settings.RETENTION_ACCESS_YEARS},
        opinion=_("按公众参与档案的保管期限保存 %(years)d 年，与身份信息分开，不含姓名和联系方式。")
        % {"years": settings.RETENTION_OPINION_YEARS},
    )
