"""今日 as a file: the lines of the first page, each with the address that it opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.home_panel import ROWS, TaskList, Turn, task_lists
from portal.overview.choice import may_look
from portal.table_files import FORMATS, table_response


@require_safe
def today_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Send what the person's 今日 says as XLSX or CSV."""
    user: Any = request.user
    if not may_look(user):
        raise PermissionDenied
    if extension not in FORMATS:
        raise Http404
    return table_response(
        _("今日"),
        ((_("部分"), 10), (_("清单"), 24), (_("事项"), 44), (_("情况"), 40), (_("地址"), 50)),
        [row for entry in task_lists(user) for row in _rows(entry, request)],
        extension=extension,
        said=[(_("说明"), _("每个清单最多列 %(rows)s 行，更多的见末行的地址。") % {"rows": ROWS})],
        user=user,
        now=timezone.now(),
    )


def _rows(entry: TaskList, request: HttpRequest) -> Iterator[tuple[str, ...]]:
    turn = _("要办的") if entry.turn is Turn.NOW else _("接下来")
    for task in entry.tasks:
        yield turn, entry.heading, task.title, task.state, request.build_absolute_uri(task.url)
    if entry.more_url:
        yield turn, entry.heading, entry.more_label, "", request.build_absolute_uri(entry.more_url)
