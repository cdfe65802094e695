"""Tables of the installation, for operators: mails that failed, tasks that failed, disk."""

from __future__ import annotations

import shutil
from collections import Counter

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.outbox.models import MailState, OutboxMail
from notices.outbox.registers import CATEGORY_LABELS
from portal.overview.choice import Scope
from portal.overview.tables import Column, OverviewTable, Row
from portal.task_queue import failed_tasks

_GIGABYTE = 1024**3


def failed_mails(_scope: Scope) -> OverviewTable:
    """Return how many mails of each kind were given up, and how many of them can be sent again."""
    found = (
        OutboxMail.objects.filter(state=MailState.FAILED)
        .order_by()
        .values("category")
        .annotate(total=Count("pk"), kept=Count("sealed"))
        .order_by("-total", "category")
    )
    url = f"{reverse('outbox_mail:index')}?state={MailState.FAILED.value}"
    rows = [
        Row((str(CATEGORY_LABELS.get(row["category"], row["category"])), str(row["total"]), str(row["kept"])))
        for row in found
    ]
    if rows:
        sums = [str(sum(int(row.cells[index]) for row in rows)) for index in (1, 2)]
        rows.append(Row((_("合计"), *sums), url, is_sum=True))
    columns = (
        Column(_("类别")),
        Column(_("未发出"), number=True),
        Column(_("可以重发"), number=True),
    )
    return OverviewTable(columns, tuple(rows), _("没有发不出的邮件。"))


def failed_work(_scope: Scope) -> OverviewTable:
    """Return which background tasks failed and are not done, by kind; of very many the latest hundred."""
    tasks, count = failed_tasks()
    kinds = Counter(str(task.label) for task in tasks)
    rows = [Row((label, str(number)), reverse("operation")) for label, number in kinds.most_common()]
    note = _("共 %(count)s 个，只统计最近的 %(shown)s 个。") % {"count": count, "shown": len(tasks)}
    return OverviewTable(
        (Column(_("任务"), width=30), Column(_("没有做成"), number=True)),
        tuple(rows),
        _("没有失败的后台任务。"),
        note if count > len(tasks) else "",
    )


def disk(_scope: Scope) -> OverviewTable:
    """Return the room on the disk of the data folder, in GB."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    sizes = [f"{size / _GIGABYTE:.1f}" for size in (usage.total, usage.used, usage.free)]
    columns = (
        Column(_("位置")),
        Column(_("总共 GB"), number=True),
        Column(_("已用 GB"), number=True),
        Column(_("剩余 GB"), number=True),
    )
    return OverviewTable(columns, (Row((_("数据目录"), *sizes), reverse("operation")),), "")
