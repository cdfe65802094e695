"""What a document of the index consists of."""

from collections.abc import Iterator
from typing import Any

from search.analysis import ANALYSIS_VERSION, normalise, term_positions
from search.backends.whoosh.whoosh_library import ID, KEYWORD, TEXT, Positions, Schema, whoosh_version

SCHEMA_VERSION = 1

#: Indexes of another version are never opened; they are rebuilt beside and replaced.
INDEX_VERSION = f"s{SCHEMA_VERSION}a{ANALYSIS_VERSION}w{'-'.join(str(part) for part in whoosh_version)}"


class ChineseText(TEXT):
    """A text column with the project's terms and their positions; the text itself is not stored."""

    def __init__(self) -> None:
        super().__init__(phrase=True, stored=False)
        self.format = Positions()

    def index(self, value: str, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and encoded positions."""
        encode = self.format.encode
        for term, positions in sorted(term_positions(normalise(value)).items()):
            count = len(positions)
            yield term.encode(), count, float(count), encode(positions)


def new_schema() -> Schema:
    """Return the schema of an empty index; a text column for each search field is added as it is met."""
    return Schema(key=ID(unique=True, sortable=True), types=KEYWORD())
