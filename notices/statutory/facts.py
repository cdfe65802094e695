"""What the rules may look at: one notice as plain facts, whoever supplies them.

The editor builds facts from a page, the importer from a text. Three answers, not two: a value is present, it is absent
(None or an empty tuple), or its field is named in ``unseen`` because an incomplete extract does not show it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoticeKind(StrEnum):
    """The rounds a proponent publishes itself (order no. 4, Arts. 9, 10 and 20)."""

    FIRST_ROUND = "first_round"
    DRAFT_REPORT = "draft_report"
    PRE_APPROVAL = "pre_approval"


class Way(StrEnum):
    """A way to send an opinion (Art. 13)."""

    ONLINE = "online"
    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    FAX = "fax"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class FileFact:
    """A published file; ``pages`` and ``text_share`` (0..1) are None while unknown."""

    name: str
    pages: int | None = None
    text_share: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class PaperPlaceFact:
    """A place where the report lies on paper (Art. 10 (1))."""

    address: str = ""
    hours: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A village or unit of the notice with its division code, empty where none is given."""

    village: str
    division_code: str = ""


@dataclass(frozen=True, slots=True)
class WayFact:
    """A way to comment and the address that makes it usable; empty where none is given."""

    way: Way
    address: str = ""


@dataclass(frozen=True, slots=True)
class InsertionFact:
    """A newspaper insertion (Art. 11 (2)), planned or printed."""

    published_on: date | None
    newspaper: str = ""
    has_page_image: bool = False


@dataclass(frozen=True, slots=True)
class PostingFact:
    """A site posting (Art. 11 (3))."""

    village: str
    start: date | None = None
    end: date | None = None
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """One notice as the rules see it. Dates are local dates in Asia/Shanghai.

    ``division_codes`` are all codes of the project, its county first. Of a pre-approval publication window, insertions,
    postings, Art. 31 and opinions are those of the second round that it reports on.
    """

    kind: NoticeKind
    unseen: frozenset[str] = frozenset()
    text: str = ""
    project_name: str | None = None
    project_code: str | None = None
    proponent: str | None = None
    proponent_uscc: str | None = None
    consultant: str | None = None
    location: str | None = None
    nature: str | None = None
    existing_works: str | None = None
    division_code: str | None = None
    division_codes: tuple[str, ...] = ()
    places: tuple[PlaceFact, ...] = ()
    filing_date: date | None = None
    contract_date: date | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    draft_report_files: tuple[FileFact, ...] = ()
    draft_report_url: str | None = None
    platform_url: str | None = None
    paper_places: tuple[PaperPlaceFact, ...] = ()
    public_scope: str | None = None
    villages: tuple[str, ...] = ()
    opinion_form_provided: bool = False
    opinion_form_url: str | None = None
    ways: tuple[WayFact, ...] = ()
    window_text: str | None = None
    publication_date: date | None = None
    window_start: date | None = None
    window_end: date | None = None
    art31: bool = False
    art31_evidence: tuple[str, ...] = ()
    art31_review_file: bool | None = None
    signature_unit: str | None = None
    signature_date: date | None = None
    insertions: tuple[InsertionFact, ...] = ()
    postings: tuple[PostingFact, ...] = ()
    personal_data_in_files: tuple[str, ...] = ()
    participation_statement_file: bool | None = None
    depth_decided: bool | None = None
    opinions_unanswered: int | None = None
    opinions_untold: int | None = None
    statement_count: int | None = None
    register_count: int | None = None


# What no printed notice shows; a reader of texts names these as unseen besides what its extract lacks.
NEVER_IN_TEXT = frozenset(
    {
        "art31_review_file",
        "contract_date",
        "depth_decided",
        "insertions",
        "opinions_unanswered",
        "opinions_untold",
        "participation_statement_file",
        "personal_data_in_files",
        "postings",
        "proponent_uscc",
        "register_count",
        "statement_count",
    }
)
