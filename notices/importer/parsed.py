"""What the reader of notices returns: one record a notice, with the field names of the labelled collection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["second_round", "first_round", "pre_approval", "acceptance", "other"]
LinkKind = Literal["url", "masked_url", "broken_url", "attachment", "phrase"]

# The five items of Art. 10 of order no. 4 and the field whose absence shows that one is missing.
ITEMS = {
    "draft_report_link_and_paper_copy": "draft_report_url",
    "public_scope": "public_scope",
    "opinion_form_link": "opinion_form_url",
    "how_to_comment": "how_to_comment",
    "start_end_time": "window_text",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a field that a person should look at, in a few words."""

    field: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedNotice:
    """One notice as its text says it; None or an empty list where the text does not say.

    Texts are parts of the input, dates ISO 8601, the investment is in 万元. ``truncated`` says that the text was cut, so that what
    is not here was not seen. ``source_text`` is the part of the page that the notice takes.
    ``paper_copy_place`` is the first of the ``paper_copy_places``; the ``villages`` are those that the public scope names.
    """

    kind: Kind
    source_text: str
    truncated: bool = False
    project_name: str | None = None
    project_code: str | None = None
    proponent: str | None = None
    consultant: str | None = None
    location: str | None = None
    nature: str | None = None
    construction_content: str | None = None
    investment_wan_yuan: float | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    contact_address: str | None = None
    contact_fax: str | None = None
    consultant_contact_phone: str | None = None
    draft_report_url: str | None = None
    draft_link_kind: LinkKind | None = None
    opinion_form_url: str | None = None
    form_link_kind: LinkKind | None = None
    paper_copy_place: str | None = None
    paper_copy_places: list[str] = field(default_factory=list)
    public_scope: str | None = None
    villages: list[str] = field(default_factory=list)
    how_to_comment: list[str] = field(default_factory=list)
    window_text: str | None = None
    window_start: str | None = None
    window_end: str | None = None
    window_working_days: int | None = None
    publication_date: str | None = None
    signature_unit: str | None = None
    signature_date: str | None = None
    filing_date: str | None = None
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def missing_items(self) -> list[str]:
        """The items of Art. 10 that the text lacks; of a truncated text they are unknown rather than missing."""
        return [item for item, name in ITEMS.items() if not getattr(self, name)]
