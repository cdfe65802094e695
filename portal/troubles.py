"""What 今日 tells operators about the installation: parts that are not well, failed tasks, a missing daily root."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.ledger.models import DailyRoot
from notices.selectors import short_date
from notices.troubles import Trouble
from portal.health import examine
from portal.task_queue import failed_count

# Said on the same page already: by the panel of calendars and by the search itself.
SAID_ELSEWHERE = frozenset({"calendar", "index"})


def installation_troubles() -> list[Trouble]:
    """Return what an operator should look at, the worst first; each line leads to the page that says more."""
    url = reverse("operation")
    health = examine(now=timezone.now())
    found = [
        Trouble(finding.label, finding.reason, url)
        for finding in health.troubles
        if finding.name not in SAID_ELSEWHERE
    ]
    tasks = failed_count()
    if tasks:
        words = ngettext("%(count)s 个没有做成", "%(count)s 个没有做成", tasks) % {"count": tasks}
        found.append(Trouble(_("后台任务"), words, url))
    return found + _missing_root(timezone.localdate())


def _missing_root(today: date) -> list[Trouble]:
    """Return a trouble when the root of the day before yesterday is missing: the clock records each day's after midnight."""
    last = DailyRoot.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None or last >= today - timedelta(days=2):
        return []
    words = _("%(day)s以后没有记录，请检查定时程序") % {"day": short_date(last)}
    return [Trouble(_("台账每日根"), words, reverse("ledger_checks"))]
