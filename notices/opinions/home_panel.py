"""What waits about opinions on a person's first page: proposals to decide, texts that the check kept off the public page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from notices.home_panel import ROWS, Task, TaskList
from notices.opinions.models import DestructionProposal, ProposalState
from notices.opinions.permissions import visible_opinions
from notices.opinions.public_opinions import stopped_opinions
from notices.permissions import is_officer, is_operator


class OpinionTasksPanel(Component):  # type: ignore[misc]
    """Lists that stand there only while they hold something."""

    name = "opinion_tasks"
    template_name = "notices/admin/home_panel.html"
    order = 60

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Collect the lists."""
        user = parent_context["request"].user
        lists = []
        if is_operator(user):
            lists.append(_proposals(user))
        elif not is_officer(user):
            lists.append(_stopped(user))
        return {"lists": [entry for entry in lists if entry.tasks]}


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
    return TaskList(
        _("待确认的销毁申请"), tasks, "", more_url=reverse("opinion_destructions"), more_label=_("全部申请")
    )


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
    return TaskList(_("核对时拦下的意见"), tasks, "")
