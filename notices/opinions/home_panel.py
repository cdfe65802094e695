"""What 今日 says about opinions: proposals to decide, texts that the check stopped, what has no answer yet, what was destroyed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.home_panel import ROWS, Task, TaskList, Turn
from notices.opinions.feedback import FeedbackState, awaits_answer
from notices.opinions.models import DestructionProposal, Opinion, ProposalState
from notices.opinions.permissions import answerable_notices, visible_opinions
from notices.opinions.public_opinions import stopped_opinions
from notices.opinions.worklist import DESTROYED
from notices.permissions import is_officer, is_operator
from notices.selectors import short_date

RECENTLY = timedelta(days=14)


def opinion_lists(user: Any) -> list[TaskList]:
    """Return the lists of a person, by role; empty ones are left out by the page."""
    today = timezone.localdate()
    if is_operator(user):
        return [_proposals(user)]
    if is_officer(user):
        return [_unanswered_after_closing(user, today), _destroyed(user, today)]
    return [_stopped(user), _unanswered_in_window(user, today)]


def unanswered_url(notice: int) -> str:
    """Return the address of the register of opinions, limited to those of a notice that wait for an answer."""
    query = urlencode({"notice": notice, "state": FeedbackState.UNANSWERED.value})
    return f"{reverse('opinion_register:index')}?{query}"


def _proposals(user: Any) -> TaskList:
    """Return the proposals that this operator may decide."""
    waiting = DestructionProposal.objects.filter(state=ProposalState.OPEN).exclude(proposed_by=user)
    rows = waiting.select_related("opinion")[:ROWS]
    tasks = tuple(
        Task(
            row.opinion.number,
            str(row.get_ground_display()),
            reverse("opinion_destruction_decide", args=[row.opinion_id]),
        )
        for row in rows
    )
    return TaskList(_("待确认的销毁申请"), tasks, reverse("opinion_destructions"), _("全部申请"))


def _stopped(user: Any) -> TaskList:
    """Return the notices with opinions that the check kept off the public page."""
    rows = (
        stopped_opinions(visible_opinions(user))
        .order_by("notice")
        .values_list("notice", "notice__project_name")
        .annotate(found=Count("pk"))
    )[:ROWS]
    tasks = tuple(
        Task(
            name,
            _("%(count)d 条意见没有公开：公开页面里还有被遮盖的文字") % {"count": count},
            reverse("opinions_publication", args=[notice]),
        )
        for notice, name, count in rows
    )
    return TaskList(_("核对时拦下的意见"), tasks)


def _waiting(opinions: Any) -> Any:
    """Return notice, project, last day and number of unanswered opinions, the window that ends first first."""
    return (
        opinions.filter(awaits_answer())
        .order_by()
        .values_list("notice", "notice__project_name")
        .annotate(last_day=F("notice__record__last_day"), found=Count("pk"))
        .order_by(F("last_day").asc(nulls_last=True), "notice")
    )


def _unanswered_in_window(user: Any, today: date) -> TaskList:
    """Return own notices with unanswered opinions while they are open; after closing it is a duty."""
    opinions = Opinion.objects.filter(notice__in=answerable_notices(user).values("pk"))
    found = _waiting(opinions.exclude(notice__record__last_day__lt=today))[:ROWS]
    tasks = tuple(
        Task(
            name,
            _count(count) + (" · " + _("%(day)s截止") % {"day": short_date(last)} if last else ""),
            f"{reverse('opinions_desk', args=[notice])}?state={FeedbackState.UNANSWERED.value}",
        )
        for notice, name, last, count in found
    )
    return TaskList(_("已收到、尚未答复的意见"), tasks, turn=Turn.NEXT)


def _unanswered_after_closing(user: Any, today: date) -> TaskList:
    """Return the notices of an officer's divisions that are closed and not answered."""
    found = _waiting(visible_opinions(user).filter(notice__record__last_day__lt=today))[:ROWS]
    tasks = tuple(
        Task(
            name,
            _("%(day)s已截止") % {"day": short_date(last)} + " · " + _count(count),
            unanswered_url(notice),
        )
        for notice, name, last, count in found
    )
    more = reverse("opinions_notices") if len(tasks) == ROWS else ""
    return TaskList(_("截止后尚未答复"), tasks, more, _("全部公示"))


def _destroyed(user: Any, today: date) -> TaskList:
    """Return how many opinions of an officer's divisions lost their content by order of law in the last two weeks."""
    opinions = visible_opinions(user)
    since = timezone.now() - RECENTLY
    found = opinions.filter(destroyed_at__gte=since).aggregate(recent=Count("pk"))["recent"]
    if not found:
        return TaskList(_("内容依法销毁"), ())
    words = ngettext("%(count)s 条意见", "%(count)s 条意见", found) % {"count": found}
    state = _("%(day)s以来") % {"day": short_date(today - RECENTLY)}
    url = f"{reverse('opinion_register:index')}?state={DESTROYED}"
    return TaskList(_("内容依法销毁"), (Task(words, state, url),), turn=Turn.NEXT)


def _count(count: int) -> str:
    return ngettext("%(count)s 条未答复", "%(count)s 条未答复", count) % {"count": count}
