"""Postings come out of their blocks as they went in, and files of arrays hold what was written or say that they do not."""

from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.backends.whoosh.arrays import ArrayFile, ArrayWriter, DamagedArraysError
from search.backends.whoosh.blocks import (
    Blocks,
    Postings,
    decode,
    decode_one,
    decode_positions,
    decode_without_positions,
    encode,
)

# Each posting: its distance from the document before, the distances between its positions.
STEP = st.sampled_from([1, 2, 200, 255, 256, 65_535, 65_536, 3_000_000])
POSTING = st.tuples(STEP, st.lists(STEP, min_size=1, max_size=4))
TERMS = st.lists(st.lists(POSTING, min_size=1, max_size=5), min_size=1, max_size=6)
Plain = list[list[tuple[int, list[int]]]]


def plain(terms: Plain) -> Plain:
    """Turn distances into documents and positions."""
    return [
        [
            (document - 1, list(accumulate(steps)))
            for document, (_, steps) in zip(accumulate(step for step, _ in term), term, strict=True)
        ]
        for term in terms
    ]


def postings_of(terms: Plain) -> Postings:
    return Postings(
        counts=np.array([len(term) for term in terms]),
        documents=np.array([document for term in terms for document, _ in term]),
        frequencies=np.array([len(positions) for term in terms for _, positions in term]),
        positions=np.array([at for term in terms for _, positions in term for at in positions]),
    )


def lists(postings: Postings) -> list[list[int]]:
    return [
        each.tolist()
        for each in (postings.counts, postings.documents, postings.frequencies, postings.positions)
    ]


def one(blocks: Blocks, at: int) -> Blocks:
    here = slice(at, at + 1)
    return Blocks(
        blocks.starts[here], blocks.counts[here], blocks.occurrences[here], blocks.sizes[here], blocks.data
    )


@settings(deadline=None, max_examples=60)
@given(TERMS)
def test_postings_come_out_as_they_went_in(distances: Plain) -> None:
    terms = plain(distances)
    blocks = encode(postings_of(terms))
    assert lists(decode(blocks)) == lists(postings_of(terms))
    for at, term in enumerate(terms):
        assert lists(decode_one(one(blocks, at))) == lists(postings_of([term]))


@settings(deadline=None, max_examples=60)
@given(TERMS, st.data())
def test_the_positions_of_some_postings_are_read_without_the_others(
    distances: Plain, data: st.DataObject
) -> None:
    terms = plain(distances)
    blocks = encode(postings_of(terms))
    flat = [positions for term in terms for _, positions in term]
    chosen = data.draw(st.lists(st.integers(0, len(flat) - 1), min_size=1, unique=True).map(sorted))
    found = decode_positions(blocks, decode_without_positions(blocks), np.array(chosen))
    assert found.tolist() == [at for index in chosen for at in flat[index]]


def test_numbers_take_no_more_bytes_than_their_greatest_needs() -> None:
    blocks = encode(postings_of([[(7, [1]), (9, [300])]]))
    assert len(blocks.data) == 2 * 1 + 0 + 2 * 2


def written(path: Path) -> Path:
    with path.open("wb") as file:
        writer = ArrayWriter(file)
        writer.add("列", "pieces", iter((np.array([1, 2], "u2"), np.array([3], "u2"))))
        writer.add_group("列", {"signed": np.array([-5, 1 << 40]), "empty": np.empty(0, np.float32)})
        writer.finish()
    return path


def test_arrays_are_read_in_place_and_outlive_their_file(tmp_path: Path) -> None:
    path = written(tmp_path / "arrays")
    file = ArrayFile(path)
    path.unlink()
    assert file.groups() == ("列",)
    arrays = file.group("列")
    assert {name: array.tolist() for name, array in arrays.items()} == {
        "pieces": [1, 2, 3],
        "signed": [-5, 1 << 40],
        "empty": [],
    }
    assert not any(array.flags.owndata or array.flags.writeable for array in arrays.values())


@pytest.mark.parametrize("cut", [1, 8, 24, 100])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "arrays")
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DamagedArraysError):
        ArrayFile(path)
