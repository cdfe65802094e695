"""What PostgreSQL is given keeps to its limits, and texts that stand apart never become one phrase."""

from search.analysis import phrase_of
from search.backends.postgresql.vectors import LAST_POSITION, MOST_BYTES, phrase, vector


def test_a_vector_has_every_term_at_its_position_with_the_weight_of_its_field() -> None:
    assert vector([("尾矿库", "A"), ("GB/T14848", "D")]) == (
        "'尾矿':2A '矿库':3A '库':4A 'gb':6D 't':7D '14848':8D"
    )


def test_texts_of_two_fields_do_not_touch() -> None:
    assert "'矿':3A '干':5D" in vector([("尾矿", "A"), ("干", "D")])


def test_a_text_beyond_postgresqls_positions_is_still_found_by_its_words() -> None:
    written = vector([("水 " * LAST_POSITION + "渗滤液", "D")])
    assert written.endswith("'渗滤' '滤液' '液'")


def test_a_text_beyond_a_vectors_size_is_cut_and_not_refused() -> None:
    endless = " ".join(f"w{number}x{number}" for number in range(200_000)) + " " + "y" * 5_000
    written = vector([(endless, "D")])
    assert len(written.encode()) < 2 * MOST_BYTES


def test_a_clause_is_written_as_terms_side_by_side_its_last_by_prefix() -> None:
    assert phrase(phrase_of("渗滤液")) == "('渗滤' <-> '滤液')"
    assert phrase(phrase_of("2202-141026")) == "('2202' <-> '141026':*)"
    assert phrase(phrase_of("沟")) == "'沟':*"
