"""Hiding personal contacts of notices that are filed as history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from notices.statutory.facts import Way
from notices.statutory.identifiers import mask_contact, mask_name, mask_phones_in

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

_TEXTS = ("content", "existing_works", "public_scope", "location", "art31_statement")
_HIDDEN = "*"
_NAMES = re.compile(r"[^\W\d_]{2,}")


def mask_contacts(page: NoticePage) -> None:
    """Mask names, numbers and addresses of people on an unsaved page and its rows; what is masked stays as it is."""
    if _HIDDEN not in page.contact_name:
        page.contact_name = mask_name(page.contact_name)
    for field in ("contact_phone", "contact_email"):
        value = getattr(page, field)
        if value and _HIDDEN not in value:
            setattr(page, field, mask_contact(value))
    page.consultant_contact = _masked_contact(page.consultant_contact)
    for field in _TEXTS:
        setattr(page, field, mask_phones_in(getattr(page, field)))
    ways = list(page.ways.all())
    for row in ways:
        if row.way in (Way.PHONE, Way.EMAIL, Way.FAX) and row.address and _HIDDEN not in row.address:
            row.address = mask_contact(row.address)
        row.address = mask_phones_in(row.address)
    page.ways = ways
    places = list(page.paper_places.all())
    for place in places:
        place.contact, place.address = _masked_contact(place.contact), mask_phones_in(place.address)
    page.paper_places = places


def _masked_contact(text: str) -> str:
    """Mask a field in which a name and a number stand together."""
    if _HIDDEN in text:
        return text
    return _NAMES.sub(lambda match: mask_name(match[0]), mask_phones_in(text))
