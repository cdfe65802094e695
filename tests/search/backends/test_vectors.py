"""What PostgreSQL is given keeps to its limits, and texts that stand apart never become one phrase."""

from search.analysis import phrase_of
from search.backends.postgresql.vectors import LAST_POSITION, MOST_BYTES, phrase, vector


def test_a_vector_has_every_term_at_its_position_with_the_weight_of_its_field() -> None:
    assert vector([("尾矿库", "A"), ("GB/T14848", "D")]) == (
        "'尾矿':1A '矿库':2A '库':3A 'gb':5D 't':6D '14848':7D"
    )


def test_texts_of_two_fields_do_not_touch() -> None:
    assert "'矿':2A '干':4D" in vector([("尾矿", "A"), ("干", "D")])


def test_a_text_beyond_postgresqls_positions_is_still_found_by_its_words() -> None:
    written = vector([("水 " * LAST_POSITION + "渗滤液", "D")])
    assert written.endswith("'渗滤' '滤液' '液'")


def test_a_text_beyond_a_vectors_size_is_cut_and_not_refused() -> None:
    endless = " ".join(f"w{number}x{number}" for number in range(200_000)) + " " + "y" * 5_000
    written = vector([(endless, "D")])
    assert len(written.encode()) < 2 * MOST_BYTES


def test_a_clause_is_written_as_terms_side_by_side_its_last_by_prefix() -> None:
    written = {
        text: phrase(clause) for text in ("渗滤液", "2202-141026", "沟") if (clause := phrase_of(text))
    }
    assert written == {
        "渗滤液": "('渗滤' <-> '滤液')",
        "2202-141026": "('2202' <-> '141026':*)",
        "沟": "'沟':*",
    }
