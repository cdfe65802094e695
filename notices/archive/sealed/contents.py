"""Which rows a sealed package holds, and which it leaves out and why; a test finds a new model that is in neither list.

The daily roots are of the whole portal, over the chains of all notices: a portal that takes over one notice could not
reckon them again, and has its own. Whoever checks old ones takes them from an ordinary package or from the file outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db.models import FileField, Model, Q
from wagtail.models import Page

from notices.models import NoticeRecord
from notices.services import chain_key

BATCH = 200  # rows in one member
Where = Callable[[NoticeRecord], Q]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one model: ``where`` finds those of a notice.

    ``of_project`` rows belong to all rounds of a project, and another round may have brought them already.
    """

    label: str
    where: Where
    of_project: bool = False

    @property
    def model(self) -> type[Model]:
        """Return the model."""
        return apps.get_model(self.label)


def _notice(*lookups: str) -> Where:
    """Return what finds rows by the page of their notice, along any of the lookups."""

    def where(record: NoticeRecord) -> Q:
        found = Q()
        for lookup in lookups:
            found |= Q(**{lookup: record.page_id})
        return found

    return where


def _project(record: NoticeRecord) -> Q:
    return Q(project=record.page.project_id)


def _revisions(record: NoticeRecord) -> Q:
    page = ContentType.objects.get_for_model(Page)
    return Q(base_content_type=page, object_id=str(record.page_id))


# Parents before children: where rows of a project are there already, others are told which ones.
ROWS = (
    Rows("wagtailcore.page", _notice("pk")),
    Rows("notices.noticepage", _notice("pk")),
    Rows("wagtailcore.revision", _revisions),
    Rows("notices.noticeplace", _notice("page")),
    Rows("notices.paperplace", _notice("page")),
    Rows("notices.commentway", _notice("page")),
    Rows("notices.summarypoint", _notice("page")),
    Rows("notices.noticerecord", _notice("page")),
    Rows("notices.attachment", _notice("notice")),
    Rows("notices.noticechange", _notice("record__page")),
    Rows("notices.correction", _notice("record__page")),
    Rows("notices.extensiondismissal", _notice("record__page")),
    Rows("notices.rulewaiver", _notice("record__page")),
    Rows("notices.importedfield", _notice("record__page")),
    Rows("notices.publicationconfirmation", _notice("record__page")),
    Rows("notices.projectdivision", _project, of_project=True),
    Rows("notices.projectdatechange", _project, of_project=True),
    Rows("notices.newspaperinsertion", _notice("notice")),
    Rows("notices.siteposting", _notice("notice")),
    Rows("notices.paperviewing", _notice("notice")),
    Rows("notices.otherchannel", _notice("notice")),
    Rows("notices.meeting", _notice("notice")),
    Rows(
        "notices.evidencefile",
        _notice(
            "insertion__notice", "posting__notice", "viewing__notice", "channel__notice", "meeting__notice"
        ),
    ),
    Rows("notices.depthdecision", _notice("record__page")),
    Rows("notices.minutesfile", _notice("meeting__notice")),
    Rows("ledger.chain", lambda record: Q(key=chain_key(record))),
    Rows("ledger.entry", lambda record: Q(chain__key=chain_key(record))),
    Rows("opinions.answer", _notice("notice")),
    Rows("opinions.opinion", _notice("notice")),
    Rows("opinions.topicmark", _notice("opinion__notice")),
    Rows("opinions.opinionfile", _notice("opinion__notice")),
    Rows("opinions.redaction", _notice("opinion__notice")),
    Rows("opinions.feedbackattempt", _notice("opinion__notice")),
    Rows("opinions.commenter", _notice("opinion__notice")),
    Rows("opinions.contactaccess", _notice("notice")),
    Rows("opinions.destructionproposal", _notice("opinion__notice")),
    Rows("opinions.fileaccess", _notice("file__opinion__notice")),
    Rows("opinions.disclosure", _notice("notice")),
    Rows("opinions.publicrelease", _notice("opinion__notice")),
    Rows("opinions.meetingregistration", _notice("meeting__notice")),
    Rows("opinions.registrationaccess", _notice("meeting__notice")),
    Rows("exports.exportrecord", _notice("notice")),
    Rows("archive.archivefile", _notice("notice")),
    Rows("archive.volume", _notice("notice")),
    Rows("archive.statement", _project, of_project=True),
    Rows(
        "archive.statementchange",
        lambda record: Q(statement__project=record.page.project_id),
        of_project=True,
    ),
    Rows("archive.elsewhereround", _project, of_project=True),
    Rows("archive.statementbuild", _notice("notice")),
    Rows("archive.statementfile", _project, of_project=True),
)
BY_LABEL = {rows.label: rows for rows in ROWS}

LEFT_OUT = {
    "notices.project": "described and found again by code or name: other rounds belong to it as well",
    "notices.upload": "a file on its way; what has arrived is an attachment",
    "subscriptions.subscription": "who asked this portal for mails was asked by this one alone; the other asks anew",
    "subscriptions.announcement": "mails that went out from here",
    "search.attachmenttext": "read from the files anew",
    "search.pagetext": "read from the files anew",
    "wagtailcore.comment": "remarks of editors among themselves while drafting",
    "wagtailcore.commentreply": "remarks of editors among themselves while drafting",
    "wagtailcore.pagesubscription": "who is told of such remarks",
    "wagtailcore.pagelogentry": "Wagtail's own diary; legal acts stand in the ledger, wordings in the revisions",
    "wagtailcore.modellogentry": "Wagtail's own diary",
    "wagtailcore.pageviewrestriction": "notices are public or not by their register row",
    "wagtailcore.taskstate": "a check under way is asked for anew; what was approved stands in the register row",
    "wagtailcore.grouppagepermission": "made with the proponent's group",
    "wagtailcore.workflowpage": "made by the bootstrap, on the index page",
    "wagtailcore.site": "made by the bootstrap",
}


def rows_of(rows: Rows, record: NoticeRecord) -> Iterator[dict[str, Any]]:
    """Yield the rows of one model as plain objects: ``model``, ``pk``, ``fields``."""
    found = rows.model._base_manager.filter(rows.where(record)).order_by("pk")
    for row in found.iterator(chunk_size=BATCH):
        yield serializers.serialize("python", [row])[0]


def files_of(row: dict[str, Any]) -> Iterator[str]:
    """Yield the names in the content storage that a row carries."""
    for field in apps.get_model(row["model"])._meta.local_fields:
        if isinstance(field, FileField) and row["fields"][field.name]:
            yield str(row["fields"][field.name])
