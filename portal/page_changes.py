"""What public pages show, and the mark that moves when any of it is written: pages kept under an older mark are gone.

A write is seen in its SQL. Signals would miss what ``QuerySet.update`` and bulk writes do, and a page that shows what is no
longer so is worse than one made anew for nothing. ``tests/portal/test_page_cache.py`` compares the tables with what the
pages read.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

CACHE = "pages"
MARK = "mark"

# Every write to these changes some page.
SHOWN = frozenset(
    {
        "archive_archivefile",
        "notices_attachment",
        "notices_calendarrecord",
        "notices_commentway",
        "notices_meeting",
        "notices_minutesfile",
        "notices_newspaperinsertion",
        "notices_noticechange",
        "notices_noticeindexpage",
        "notices_noticepage",
        "notices_noticeplace",
        "notices_noticerecord",
        "notices_paperplace",
        "notices_project",
        "notices_projectdivision",
        "notices_proponentpage",
        "notices_rulewaiver",
        "notices_siteposting",
        "notices_summarypoint",
        "notices_zone",
        "opinions_disclosure",
        "opinions_publicrelease",
        "opinions_redaction",
        "portal_homepage",
        "portal_infopage",
        "portal_portalsettings",
        "search_attachmenttext",
        "search_pagetext",
        "wagtailcore_page",
        "wagtailcore_pageviewrestriction",
        "wagtailcore_site",
    }
)
# New rows arrive while windows are open and are only counted; a page shows them with its next minute. What becomes of a
# row (an answer, a redaction, a consent withdrawn, content destroyed) shows at once.
ARRIVING = frozenset({"opinions_answer", "opinions_commenter", "opinions_opinion"})
# Written with every opinion, or shown as a number only: a page shows them with its next minute.
COUNTED = frozenset(
    {"ledger_chain", "ledger_entry", "ledger_dailyroot", "opinions_feedbackattempt", "opinions_topicmark"}
)

_WRITE = re.compile(
    r'\s*(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"(?:\s+SET\s+(.*?)(?:\s+WHERE\s|$))?', re.S
)
_COLUMN = re.compile(r'"(\w+)" = ')
# What saving a draft writes to the row of a public page.
_DRAFT_COLUMNS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision_created_at",
        "latest_revision_id",
        "locked",
        "locked_at",
        "locked_by_id",
    }
)


def changes_pages(sql: str) -> bool:
    """Whether a statement writes what public pages show."""
    write = _WRITE.match(sql)
    if write is None:
        return False
    verb, table, assignments = write.groups()
    if table in ARRIVING:
        return not verb.startswith("INSERT")
    if table == "wagtailcore_page" and assignments:
        return not set(_COLUMN.findall(assignments)) <= _DRAFT_COLUMNS
    return table in SHOWN


def move_mark() -> str:
    """Give every page kept so far up and return the mark of those to come."""
    mark = secrets.token_hex(8)
    caches[CACHE].set(MARK, mark, None)
    return mark


def mark_now() -> str:
    """Return the mark, empty when the cache does not answer."""
    try:
        return caches[CACHE].get(MARK) or move_mark()
    except Exception:  # each client has errors of its own
        logger.exception("The mark of kept pages could not be read")
        return ""


def watch(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Move the mark when a connection has committed such a write; a receiver of ``connection_created``."""
    if connection.alias == DEFAULT_DB_ALIAS and _look_at not in connection.execute_wrappers:
        connection.execute_wrappers.append(_look_at)


def _look_at(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    connection = context["connection"]
    # Once a transaction is enough: what undoes the write that asked for it undoes all that came after within it.
    if changes_pages(sql) and not any(asked[1] is _committed for asked in connection.run_on_commit):
        transaction.on_commit(_committed, using=connection.alias)
        if connection.in_atomic_block:
            # First, since Django leaves out the callbacks that follow one that fails.
            connection.run_on_commit.insert(0, connection.run_on_commit.pop())
    return result


def _committed() -> None:
    try:
        move_mark()
    except Exception:
        # The act is done; a page that shows the state before it is old by a minute at most.
        logger.exception("The mark of kept pages could not be moved")
