"""系统运行: the operator's page on how the installation is, and on background tasks that failed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from notices.permissions import is_operator
from portal.health import examine
from portal.task_queue import failed_tasks, retry_tasks

TITLE = gettext_lazy("系统运行")


@require_safe
def operation(request: HttpRequest) -> HttpResponseBase:
    """Show what the probes say now, and what failed."""
    _let_in(request.user)
    now = timezone.now()
    tasks, count = failed_tasks()
    context = {
        "health": examine(now=now),
        "now": now,
        "tasks": tasks,
        "count": count,
        "page_title": TITLE,
        "header_title": TITLE,
        "header_icon": "cogs",
    }
    return TemplateResponse(request, "portal/admin/operation.html", context)


@require_POST
def retry(request: HttpRequest) -> HttpResponseBase:
    """Have one failed task tried again, or all of them."""
    _let_in(request.user)
    chosen = request.POST.get("task", "")
    try:
        pks = [UUID(chosen)] if chosen else None
    except ValueError:
        pks = []
    count = retry_tasks(pks=pks, now=timezone.now())
    if count:
        text = ngettext(
            "%(count)s 个任务已重新排队，一分钟内开始。", "%(count)s 个任务已重新排队，一分钟内开始。", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("没有要重试的任务，可能已经处理好了。"))
    return redirect("operation")


def _let_in(user: Any) -> None:
    if not is_operator(user):
        raise PermissionDenied
