"""What a browser would post from the notice editor."""

from __future__ import annotations

from typing import Any

from notices.models import NoticePage

_FORMSETS = {
    "paper_places": ("address", "hours", "contact"),
    "places": ("division_code", "village", "description", "distance_km", "in_scope", "latitude", "longitude"),
    "ways": ("way", "address"),
    "summary_points": ("aspect", "text", "report_page"),
}
_FIELDS = (
    "kind", "project_name", "project_code", "division_code", "location", "nature", "category", "content",
    "existing_works", "investment_wan_yuan", "area", "filing_authority", "filing_date", "proponent_name", "contact_name",
    "contact_phone", "contact_email", "consultant_name", "consultant_contact", "contracted_on", "statement_count", "public_scope", "planned_date",
    "requested_last_day", "accepts_late", "art31_simplified", "art31_park", "art31_review", "art31_statement",
    "signature_unit", "signature_date", "qualifying_platform_url",
)  # fmt: skip


def editor_data(page: NoticePage, **changes: Any) -> dict[str, Any]:
    """Return the editor's form data for a notice, with changes."""
    data: dict[str, Any] = {name: _text(getattr(page, name)) for name in _FIELDS}
    for name, fields in _FORMSETS.items():
        rows = list(getattr(page, name).all())
        saved = sum(1 for row in rows if row.pk)
        data |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": saved}
        data |= {f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000}
        for number, row in enumerate(rows):
            data |= {f"{name}-{number}-{field}": _text(getattr(row, field)) for field in fields}
            data |= {f"{name}-{number}-id": row.pk or "", f"{name}-{number}-ORDER": number + 1}
    comments = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}
    data |= {f"comments-{key}": value for key, value in comments.items()}
    data |= {"comment_notifications": "on"}
    return {key: value for key, value in (data | changes).items() if value is not None}


def _text(value: Any) -> Any:
    if value is None or value is False:
        return "" if value is None else None
    return "on" if value is True else str(value)
