"""What the search fields of an object hold, as text."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.encoding import force_str

# An empty line: values of one column are never read as one phrase.
BETWEEN_VALUES: Final = "\n\n"


def text_of(value: Any) -> str:
    """Return the text of a field's value: of lists and dictionaries that of their members, nothing of None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return BETWEEN_VALUES.join(filter(None, map(text_of, value)))
    return force_str(value)
