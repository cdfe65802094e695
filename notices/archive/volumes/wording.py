"""How volumes are said."""

from __future__ import annotations

from django.utils.translation import gettext as _


def volume_in_words(number: int) -> str:
    """Return 第 3 册."""
    return _("第 %(number)s 册") % {"number": number}
