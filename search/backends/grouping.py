"""All hits of a search counted by what they belong to, however many they are: no list of the best few."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

#: The most groups that a search server is asked for; below its own limit of 65,536.
MOST_GROUPS: Final = 60_000


class Group(NamedTuple):
    """A value that hits share, how many hits have it, and the score of the best of them."""

    value: int
    hits: int
    score: float


class Grouping(Protocol):
    """Results that can be grouped by ``pk``, or by the whole number that the model names as its ``search_group``.

    The queryset should not be filtered otherwise: Whoosh counts what its index holds, and its reader looks in the
    database which of the groups may be shown.
    """

    def groups(self, field_name: str) -> list[Group]:
        """Return every value that any hit has, the one with the best hit first."""
        ...

    def best_of_groups(self, field_name: str, values: Sequence[int], each: int) -> list[tuple[Any, int]]:
        """Return primary key and value of the ``each`` best hits of every one of the values, all of them best first."""
        ...
