"""What the list of attachments says about a file's inside."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from notices.models import Attachment

register = template.Library()

SHOWN_SAMPLES = 5


@register.filter
def places_without_text(attachment: Attachment) -> str:
    """Return the pages of a file, or the parts, that nobody can search."""
    return attachment.places(attachment.pages_without_text)


@register.filter
def sample_list(attachment: Attachment) -> str:
    """Return the first masked samples with their pages, and how many more there are."""
    found = attachment.personal_data
    shown = "；".join(f"{attachment.places(row['pages'])} {row['sample']}" for row in found[:SHOWN_SAMPLES])
    more = len(found) - SHOWN_SAMPLES
    return shown + (_("，另有 %(count)s 处") % {"count": more} if more > 0 else "")


@register.filter
def percent(share: float | None) -> str:
    """Return a share as 95%; a share short of the whole never reads 100%."""
    return f"{int((share or 0) * 100)}%"
