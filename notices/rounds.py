"""The next round of a project: a draft that takes over what stays the same, marked until somebody confirmed it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.marks import Source, mark, row_path
from notices.models import NoticePage, NoticeRecord, NoticeStage, Origin, ProponentPage
from notices.record_details import shown_page
from notices.statutory.facts import NoticeKind

NEXT_ROUND = {
    NoticeKind.FIRST_ROUND: NoticeKind.DRAFT_REPORT,
    NoticeKind.DRAFT_REPORT: NoticeKind.PRE_APPROVAL,
}
# Facts of the project and of the people behind it; what belongs to one round only is asked anew.
KEPT_FIELDS = (
    "project_name",
    "project_code",
    "division_code",
    "location",
    "nature",
    "category",
    "content",
    "existing_works",
    "investment_wan_yuan",
    "area",
    "filing_authority",
    "filing_date",
    "proponent_name",
    "contact_name",
    "contact_phone",
    "contact_email",
    "consultant_name",
    "consultant_contact",
    "public_scope",
    "signature_unit",
)
KEPT_ROWS = ("places", "paper_places", "ways")
# A historical record shows these masked: a mask is no contact.
_MASKED_IN_HISTORY = frozenset(
    {"contact_name", "contact_phone", "contact_email", "consultant_contact", "ways", "paper_places"}
)

# Before approval nobody is asked any more (Art. 20): whom and how to ask is left behind.
_OF_ASKING = frozenset({"public_scope", "paper_places", "ways"})


def previous_rounds(proponent: ProponentPage) -> Any:
    """Return the proponent's notices that a next round can follow, the newest first."""
    return (
        NoticeRecord.objects.below(proponent.path)
        .filter(page__kind__in=NEXT_ROUND)
        .exclude(stage__in=[NoticeStage.DRAFT, NoticeStage.WITHDRAWN])
        .select_related("page__project")
        .newest_first()
    )


@transaction.atomic
def start_next_round(*, record: NoticeRecord, user: Any) -> NoticePage:
    """Make a draft of the next round of a notice's project; no dates, files, signature date or code are taken over.

    Raises ValidationError for a notice that no round follows.
    """
    if record.stage in (NoticeStage.DRAFT, NoticeStage.WITHDRAWN) or record.page.kind not in NEXT_ROUND:
        raise ValidationError(_("只有已核对或已公开的首次公开、征求意见稿公示可以沿用到下一轮。"))
    old = shown_page(record)
    kind = NEXT_ROUND[NoticeKind(old.kind)]
    left_out = _MASKED_IN_HISTORY if record.historical else frozenset()
    if kind == NoticeKind.PRE_APPROVAL:
        left_out |= _OF_ASKING
    fields = [name for name in KEPT_FIELDS if name not in left_out]
    rows = [name for name in KEPT_ROWS if name not in left_out]
    page = NoticePage(kind=kind, project=record.page.project, live=False)
    for name in fields:
        setattr(page, name, getattr(old, name))
    for name in rows:
        getattr(page, name).set([_fresh(row) for row in getattr(old, name).all()])
    record.page.get_parent().add_child(instance=page)
    page.record.copied_from = record
    page.record.save(update_fields=["copied_from"])
    paths = [*fields, *(row_path(name, row.pk) for name in rows for row in getattr(page, name).all())]
    mark(page=page, origin=Origin.ROUND, sources={path: Source() for path in paths})
    page.save_revision(user=user)
    return page


def _fresh(row: Any) -> Any:
    """Return an unsaved row with the same content."""
    skipped = {"id", "page"}
    values = {field.name: getattr(row, field.name) for field in row._meta.fields if field.name not in skipped}
    return type(row)(**values)
