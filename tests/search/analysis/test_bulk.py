"""Many texts at once give the very terms and positions that one text gives alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import normalise, term_positions
from search.analysis.bulk import bulk_terms

# Han of three planes, kana, hangul, scripts above and below Han, digits, separators, gaps, our own separator.
CHARACTERS = "尾矿干排赵𬒔㟃々ー가ab zéшא꠰𐐷 15.4-/\n\t，。\x00\x01_０⁷"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(CHARACTERS, max_size=30), max_size=8))
def test_terms_and_positions_are_those_of_each_text(raw: list[str]) -> None:
    texts = [normalise(text) for text in raw]
    terms = bulk_terms(texts)
    found: list[dict[str, list[int]]] = [{} for _ in texts]
    for name, text, position in zip(terms.spell(terms.codes), terms.texts, terms.positions, strict=True):
        found[text].setdefault(name, []).append(int(position))
    assert found == [term_positions(text) for text in texts]


@settings(deadline=None, max_examples=60)
@given(st.text(CHARACTERS, max_size=60))
def test_codes_are_in_the_order_of_the_terms_bytes(raw: str) -> None:
    terms = bulk_terms([normalise(raw)])
    names = terms.spell(np.unique(terms.codes))
    assert [name.encode() for name in names] == sorted({name.encode() for name in names})
