"""Which texts are the same or nearly so; the only importer of the MinHash library, free of Django and of the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from rensa import RMinHash, RMinHashLSH

# Texts shorter than this count as equal only when they are: one character more or less may say the opposite.
SHORTEST_NEAR = 20
_GRAM = 3
# Share of common character trigrams (Jaccard). A copied text with another name, village or closing sentence lies above.
NEAR = 0.7
# 32 bands of 4 rows find a pair of similarity 0.7 with probability 0.9998.
_PERMUTATIONS, _BANDS, _SEED = 128, 32, 20190101
# Thousands of texts that share half of a form are alike but not near: comparing each with all would be quadratic. A text
# whose head lies beyond this many becomes a head itself; it is shown all the same.
_MOST_HEADS = 50
# Comparing character by character takes time with the product of the lengths, and a page shows a hundred of them.
_LONGEST_COMPARED = 600


def normalised(text: str) -> str:
    """Return letters and figures only, in one form of width and case: what makes two texts the same to a reader."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN") or folded.strip()


def group_texts(texts: Sequence[str]) -> list[list[list[int]]]:
    """Return groups of variants of positions: each position once, a variant's texts equal once normalised.

    1. equal texts become one variant, 2. the variants, the most frequent first, join the group to whose first variant
    they are near or begin one, so that nobody is drawn in through a chain of small differences. Groups come largest
    first, positions in their order. Only heads of groups are looked up, through LSH: the time grows with the number of
    texts, not its square.
    """
    variants: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        variants.setdefault(normalised(text), []).append(position)
    groups: list[list[list[int]]] = []
    heads: list[frozenset[str]] = []
    index = RMinHashLSH(threshold=NEAR, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    for text, positions in sorted(variants.items(), key=lambda item: (-len(item[1]), item[1][0])):
        if len(text) < SHORTEST_NEAR:
            groups.append([positions])
            heads.append(frozenset())
            continue
        grams = _grams(text)
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update(sorted(grams))
        head = _nearest(grams, heads, index.query(sketch)[:_MOST_HEADS])
        if head is None:
            index.insert(len(groups), sketch)
            groups.append([positions])
            heads.append(grams)
        else:
            groups[head].append(positions)
    return sorted(groups, key=lambda group: (-sum(map(len, group)), group[0][0]))


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1))


def _nearest(grams: frozenset[str], heads: Sequence[frozenset[str]], candidates: Sequence[int]) -> int | None:
    """Return the head that is most alike among the candidates, None when none is near: LSH only proposes."""
    likeness = {key: len(grams & heads[key]) / len(grams | heads[key]) for key in candidates}
    near = [key for key, value in likeness.items() if value >= NEAR]
    return min(near, key=lambda key: (-likeness[key], key)) if near else None


def differing_parts(head: str, text: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it differs from the head; where the head has more, an empty piece does.

    What lies between the first and the last difference is one piece when it has more than 600 characters.
    """
    start = _common_beginning(head, text)
    same_end = _common_beginning(head[start:][::-1], text[start:][::-1])
    others, own = head[start : len(head) - same_end], text[start : len(text) - same_end]
    parts = [(own, True)]
    if max(len(others), len(own)) <= _LONGEST_COMPARED:
        blocks = SequenceMatcher(None, others, own, autojunk=False).get_opcodes()
        parts = [(own[first:last], tag != "equal") for tag, _first, _last, first, last in blocks]
    pieces = [(text[:start], False), *parts, (text[len(text) - same_end :], False)]
    return [(piece, differs) for piece, differs in pieces if piece or differs]


def _common_beginning(one: str, other: str) -> int:
    """Return the number of characters in which two texts begin alike."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
