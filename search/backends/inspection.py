"""What a search engine shows of itself, so that its index can be compared with the database and mended.

An engine that cannot show it is still a search backend; it is only not compared.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

#: ["delete", key] or ["sync", model label, primary key, key].
Change = Sequence[str]


class IndexBusyError(Exception):
    """Another writer is at work for longer than this one would wait."""


class UnsafeIndexError(Exception):
    """Somebody else could have written the index; the message says how to put that right."""


class StoredDocument(NamedTuple):
    """An object as the index or the database holds it; sorts by its root model, then by number, then by key.

    ``number`` is the primary key where that is a whole number, -1 otherwise; ``key`` is "root:primary key";
    ``fingerprint`` changes with the indexed content and is None where an engine keeps none.
    """

    root: str
    number: int
    key: str
    fingerprint: int | None


@runtime_checkable
class Inspectable(Protocol):
    """An engine whose index can be compared."""

    def needs_rebuild(self) -> bool:
        """Tell that the index is missing, unreadable or of another version, so that comparing it is pointless."""
        ...

    def rebuild(self) -> None:
        """Build the whole index anew; for the writer."""
        ...

    def request_rebuild(self) -> None:
        """Have the writer build the whole index anew, soon."""
        ...

    def stored_documents(self) -> Iterator[StoredDocument]:
        """Yield everything in the index in rising order; raises UnsafeIndexError instead of reading what others wrote."""
        ...

    def fingerprint_of(self, instance: Any) -> int | None:
        """Return the fingerprint that an object would be stored with now."""
        ...

    def mend(self, changes: Sequence[Change]) -> None:
        """Bring the index into line with the database for these objects, now or as the writer's next work."""
        ...
