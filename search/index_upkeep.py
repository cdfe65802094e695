"""What a nightly comparison leaves behind, and what operators see of the index."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.troubles import Trouble
from search.index_check import compare, inspectable
from search.index_condition import words_for_operators
from search.models import IndexCheck

logger = logging.getLogger(__name__)

#: A comparison takes minutes; what has not ended by then is queued again.
OVERDUE_AFTER: Final = timedelta(hours=3)
#: So many nights in a row may be unfinished without hiding the last one that was.
UNFINISHED: Final = 14


def run_check(*, check: IndexCheck, final: bool) -> bool:
    """Compare and write down what was found; return whether that is settled.

    What differs at first may be a change whose task is queued behind this one: it counts, and is mended, only when it
    still differs at the ``final`` look.
    """
    found = compare(inspectable(), mend=final)
    if not (final or found.is_clean):
        return False
    check.documents, check.stored = found.documents, found.stored
    check.missing, check.left_over, check.outdated = found.missing, found.left_over, found.outdated
    check.rebuilt, check.examples = found.needs_rebuild, found.examples
    check.finished_at = timezone.now()
    check.save()
    if not found.is_clean:
        logger.error(
            "the search index differed from the database: %d missing, %d left over, %d outdated, rebuilt: %s",
            found.missing,
            found.left_over,
            found.outdated,
            found.needs_rebuild,
        )
    return True


def index_troubles() -> list[Trouble]:
    """Return what operators should know of the index, nothing while all is well."""
    state = _state()
    return [Trouble(_("检索索引"), state, reverse("index_checks"))] if state else []


def words_for_unfinished(checks: Sequence[IndexCheck]) -> str:
    """Say that a comparison was not finished: it failed, was lost, or the index worker stands still; empty when none.

    ``checks`` are the latest, finished or not, the last one first.
    """
    now, yesterday = timezone.now(), timezone.localdate() - timedelta(days=1)
    recent = [check for check in checks if check.day >= yesterday]
    done = next((check for check in recent if check.finished_at), None)
    late = next((check for check in recent if not check.finished_at and _is_late(check, now)), None)
    if late is None or (done is not None and done.day > late.day):
        return ""
    return _("%(day)s的核对没有完成，系统会自动再试；如果一直没有完成，请维护人员查看系统日志") % {
        "day": date_format(late.day, _("Y年n月j日"))
    }


def _is_late(check: IndexCheck, now: datetime) -> bool:
    return check.tries > 1 or (check.queued_at is not None and check.queued_at < now - OVERDUE_AFTER)


def latest_checks(count: int) -> list[IndexCheck]:
    """Return the latest comparisons, the last one first: ``count`` finished ones where there are, and the unfinished between."""
    return list(IndexCheck.objects.all()[: count + UNFINISHED])


def _state() -> str:
    checks = latest_checks(1)
    if state := words_for_operators() or words_for_unfinished(checks):
        return state
    check = next((check for check in checks if check.finished_at), None)
    if check is not None and check.rebuilt:
        return _("核对发现索引缺失或损坏，已整体重建；如果反复出现，请联系维护人员")
    if check is None or not check.differences:
        return ""
    return ngettext(
        "核对发现 %(count)s 处与数据库不一致，已自动修复；如果反复出现，请联系维护人员",
        "核对发现 %(count)s 处与数据库不一致，已自动修复；如果反复出现，请联系维护人员",
        check.differences,
    ) % {"count": check.differences}
