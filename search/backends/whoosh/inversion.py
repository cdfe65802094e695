"""From texts to inverted columns, a batch of documents at a time and without Python work for each posting."""

from collections.abc import Mapping, Sequence

import numpy as np

from search.analysis import normalise
from search.analysis.bulk import CODE_BITS, BulkTerms, bulk_terms
from search.backends.whoosh.arrays import Numbers
from search.backends.whoosh.blocks import Postings, encode, runs
from search.backends.whoosh.inverted import InvertedColumn

_PLACE_BITS = 64 - CODE_BITS


def invert_texts(texts: Mapping[int, str], documents: int) -> InvertedColumn | None:
    """Return the column of the texts of some of ``documents`` documents, None when no text has a term."""
    terms = bulk_terms([normalise(text) for text in texts.values()])
    if not len(terms.codes):
        return None
    numbers = np.fromiter(texts, np.int64, len(texts))
    order = _by_term(terms)
    codes = terms.codes[order]
    is_first = np.append(True, codes[1:] != codes[:-1])
    names = [term.encode() for term in terms.spell(codes[is_first])]
    return _column(names, is_first, numbers[terms.texts[order]], terms.positions[order], documents)


def invert_labels(labels: Sequence[Sequence[str]]) -> InvertedColumn:
    """Return the column of labels, each a term as it stands; every document has at least one."""
    names = sorted({label for each in labels for label in each})
    ranks = {name: rank for rank, name in enumerate(names)}
    found = sorted((ranks[label], at) for at, each in enumerate(labels) for label in set(each))
    terms, documents = np.array(found, np.int64).T
    is_first = np.append(True, terms[1:] != terms[:-1])
    return _column(
        [name.encode() for name in names], is_first, documents, np.zeros(len(found), np.int64), len(labels)
    )


def _by_term(terms: BulkTerms) -> Numbers:
    """Return the order of tokens by term, equal terms as they stand."""
    if len(terms.codes) >> _PLACE_BITS:
        return np.argsort(terms.codes, kind="stable")
    # The place below the code makes every number different: a plain sort, many times faster, then keeps the order.
    keys = terms.codes.astype(np.uint64) << _PLACE_BITS | np.arange(len(terms.codes), dtype=np.uint64)
    keys.sort()
    return (keys & ((1 << _PLACE_BITS) - 1)).astype(np.int64)


def _column(
    names: Sequence[bytes], is_first: Numbers, documents: Numbers, positions: Numbers, count: int
) -> InvertedColumn:
    """Return the column of tokens sorted by term, document and position; ``is_first`` marks each new term."""
    begins = is_first.copy()
    begins[1:] |= documents[1:] != documents[:-1]
    postings = np.flatnonzero(begins)
    term_at = np.flatnonzero(is_first[postings])
    blocks = encode(
        Postings(
            counts=runs(term_at, len(postings)),
            documents=documents[postings],
            frequencies=runs(postings, len(positions)),
            positions=positions,
        )
    )
    return InvertedColumn.of(names, blocks, np.bincount(documents, minlength=count), int(positions.max()))
