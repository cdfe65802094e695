"""The list of erasures: what it holds, what a crash does to it, and that a restored portal erases by it what it brought back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from notices.ledger.models import Chain
from notices.opinions.answering import erase_commenter
from notices.opinions.erasing_again import erase_again
from notices.opinions.models import DestructionGround, Opinion
from notices.opinions.models.opinion import DESTROYED_TEXT
from notices.opinions.page_two import unseal
from notices.sealing.erasure_log import Erasures, ErasuresDamagedError, erasure_log, note_keys, read_erasures
from tests.factories import make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import PERSON, PUBLISHED, send

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LATER = PUBLISHED + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _empty_list(settings, tmp_path) -> None:
    settings.LEDGER_ROOTS_DIR = tmp_path


def opinion_key(opinion: Opinion) -> UUID:
    assert opinion.commenter.key_id is not None
    return opinion.commenter.key_id


def test_the_list_names_the_key_of_what_was_erased_and_nobody() -> None:
    opinion = send(make_notice(now=PUBLISHED), now=PUBLISHED).opinion
    erase_commenter(opinion=opinion, now=LATER)
    assert read_erasures(erasure_log()).keys == {opinion.commenter.key_id}
    said = erasure_log().read_text()
    assert PERSON.contact not in said
    assert PERSON.name not in said


def test_a_line_that_a_crash_cut_short_spoils_no_other() -> None:
    keys = [uuid4(), uuid4()]
    note_keys(keys[:1], now=LATER)
    with erasure_log().open("a") as handle:
        handle.write("2026-03-02T10:00:00+08:00 key 1b4e28ba-2f")
    note_keys(keys[1:], now=LATER)
    with erasure_log().open("a") as handle:
        handle.write("2026-03-02T10:00:00+08:00 content 000000-00009-X forb")
    found = read_erasures(erasure_log())
    assert (found.keys, found.cut) == (set(keys), [2, 4])


@pytest.mark.parametrize("line", ["2026-03-02T10:00:00+08:00 kee 1b4e28ba", "key 1b4e28ba-2f"])
def test_a_line_that_is_none_of_ours_is_told_and_not_passed_over(line) -> None:
    note_keys([uuid4()], now=LATER)
    with erasure_log().open("a") as handle:
        handle.write(f"{line}\n")
    with pytest.raises(ErasuresDamagedError, match="line 2"):
        read_erasures(erasure_log())


def test_a_list_that_cannot_be_written_stops_no_erasure(settings, tmp_path, caplog) -> None:
    (tmp_path / "file").touch()
    settings.LEDGER_ROOTS_DIR = tmp_path / "file" / "roots"
    opinion = send(make_notice(now=PUBLISHED), now=PUBLISHED).opinion
    erase_commenter(opinion=opinion, now=LATER)
    opinion.commenter.refresh_from_db()
    assert opinion.commenter.erased_at == LATER
    assert "cannot be written" in caplog.text


def test_listed_keys_and_contents_are_erased_in_the_ledger_as_well_and_the_rest_stays() -> None:
    page = make_notice(now=PUBLISHED)
    gone, destroyed, kept = (send(page, f"第 {n} 条意见。", now=PUBLISHED).opinion for n in range(3))
    listed = Erasures(
        {opinion_key(gone)}, {destroyed.number: DestructionGround.STATE_SECRET, "000000-00009-X": "x"}
    )
    again = erase_again(listed, now=LATER)
    assert (again.keys, again.identities, again.contents) == (1, 1, 1)
    for opinion in (gone, destroyed, kept):
        opinion.refresh_from_db()
        opinion.commenter.refresh_from_db()
    assert gone.commenter.erased_at == LATER
    assert (gone.text, destroyed.text, kept.text) == ("第 0 条意见。", DESTROYED_TEXT, "第 2 条意见。")
    assert unseal(kept.commenter) == PERSON
    chain = Chain.objects.get(key=f"notice:{page.record.code}")
    assert verify_chain(chain) == []
    assert [entry.payload["part"] for entry in chain.entries.filter(act="erased")] == ["page_one", "page_two"]
    # Begun again after a break, it finds nothing more to do.
    assert erase_again(listed, now=LATER).keys == 0
    assert Opinion.objects.filter(commenter__erased_at=None).count() == 2
