"""The ledger against its rows: every way of tampering is found and named, erasure is not damage, copies outside tell the rest."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from notices.archive.models import ArchiveFile
from notices.archive.services import make_missing_archives
from notices.ledger import verify
from notices.ledger.models import Chain, DailyRoot, Entry, LedgerCheck
from notices.ledger.roots import (
    RootsForkedError,
    append_missing_roots,
    record_root_of_yesterday,
    roots_file,
    set_roots_aside,
)
from notices.ledger.services import record_daily_root
from notices.models import Attachment, NoticePage
from notices.models.attachments import content_storage
from notices.opinions import ledger_checks
from notices.opinions.answering import answer_opinions, erase_commenter, redact_opinion
from notices.opinions.consents import Consent, withdraw_consents
from notices.opinions.file_names import seal_name
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.key_store import open_data_key
from notices.opinions.models import Answer, Commenter, DataKey, Opinion, OpinionFile, Outcome, Redaction
from notices.opinions.models.opinion import opinion_storage
from notices.opinions.verification import verify_ledger
from notices.services import chain_key, close_windows
from tests.factories import make_notice
from tests.notices.ledger import tampering
from tests.notices.ledger.tampering import plain
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.pdf import make_pdf
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)
WITH_ID = replace(PERSON, id_number="110101190001010015", id_number_consent=True)


@pytest.fixture(autouse=True)
def roots_folder(settings: Any, tmp_path: Path) -> Path:
    """Keep the roots of each test in a folder of its own."""
    settings.LEDGER_ROOTS_DIR = tmp_path / "roots"
    return settings.LEDGER_ROOTS_DIR


@pytest.fixture
def page() -> NoticePage:
    """Return a closed notice with four opinions: answered, redacted, page two of the third erased, of the fourth sealed anew."""
    people = make_people()
    page = make_notice(now=PUBLISHED)
    opinions = [
        send(page, f"第{number}条意见", now=PUBLISHED + number * DAY, page_two=WITH_ID).opinion
        for number in range(1, 5)
    ]
    record_root_of_yesterday(now=PUBLISHED + 5 * DAY)
    close_windows(now=END + DAY)
    answer_opinions(
        opinions=opinions[:2],
        outcome=Outcome.NOT_ADOPTED,
        reason="距离已经足够。",
        user=people.li,
        now=END + DAY,
    )
    redact_opinion(opinion=opinions[1], text="第■条意见", reason="含个人信息", user=people.li, now=END + DAY)
    erase_commenter(opinion=opinions[2], now=END + 2 * DAY)
    withdraw_consents(opinion=opinions[3], consents=[Consent.ID_NUMBER], now=END + 2 * DAY)
    record_root_of_yesterday(now=END + 3 * DAY)
    return page


def kinds(**options: Any) -> set[str]:
    return {fault.kind for report in verify_ledger(**options) for fault in report.faults}


def command(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_ledger", *args, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def script(*paths: Path) -> tuple[int, str]:
    """Run the script as a resident would, with nothing but Python."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify.__file__, *map(str, paths)], capture_output=True, check=False
    )
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def downloaded(address: str, target: Path, **data: str) -> Path:
    client = Client()
    answer = client.post(address, data) if data else client.get(address)
    assert answer.status_code == 200
    content = b"".join(answer) if answer.streaming else answer.content
    target.write_bytes(content)
    return target


def test_a_whole_ledger_holds_and_what_was_erased_is_said_with_its_entry(page) -> None:
    code, text = command()
    assert code == 0, text
    erased = Entry.objects.get(act="erased")
    third = Opinion.objects.get(sequence=3).number
    assert f"意见 {third} 的个人信息已由第 {erased.position} 条删除" in text
    assert "4 条意见" in text
    assert "没有发现问题" in text


TAMPERED = {
    tampering.change: "content",
    tampering.delete: "order",
    tampering.reorder: "link",
    tampering.cut: "end",
    tampering.cut_with_head: "root_head",
    tampering.recompute: "root_head",
}


@pytest.mark.parametrize("tamper", TAMPERED)
def test_command_and_script_find_and_name_the_same_tampering(page, tamper, tmp_path) -> None:
    key, code = chain_key(page.record), page.record.code
    kept = tmp_path / "kept.jsonl"
    shutil.copy(roots_file(), kept)
    tamper(key)
    found = {
        (fault.kind, fault.position)
        for report in verify_ledger(codes=[code])
        for fault in report.faults
        if fault.kind in {"content", "order", "link", "end", "root_head"}
    }
    assert TAMPERED[tamper] in {kind for kind, _position in found}
    ledger = downloaded(f"/ledger/{code}/ledger.json", tmp_path / "ledger.json")
    alone = verify.Findings()
    verify.check_ledger(json.loads(ledger.read_text()), alone)
    together = verify.Findings()
    verify.compare([verify.read(str(ledger)), verify.read(str(kept))], together)
    assert {(kind, at) for kind, at, _text in alone.faults} == {
        pair for pair in found if pair[0] != "root_head"
    }
    assert bool(together.faults) == ("root_head" in {kind for kind, _position in found})
    assert script(ledger, kept)[0] == 1
    status, text = command()
    assert status == 1
    assert key in text


def test_a_ledger_recomputed_with_all_roots_in_the_database_differs_from_the_copies_outside(
    page, tmp_path
) -> None:
    key = chain_key(page.record)
    kept = tmp_path / "kept.jsonl"
    shutil.copy(roots_file(), kept)
    tampering.recompute_roots(key)
    assert {"root_differs", "root_head"} <= kinds()
    # Whoever also rewrote the portal's own file is found by a copy that somebody else kept.
    roots_file().unlink()
    append_missing_roots()
    assert kinds() == set()
    assert {"root_differs", "root_head"} <= kinds(roots=[kept])
    ledger = downloaded(f"/ledger/{page.record.code}/ledger.json", tmp_path / "ledger.json")
    now = downloaded("/ledger/roots.jsonl", tmp_path / "now.jsonl")
    assert script(ledger, now)[0] == 0
    status, text = script(ledger, kept)
    assert status == 1
    assert "台账曾被截短或者重算" in text


def first() -> Any:
    return plain(Opinion).filter(sequence=1)


def delete_opinion() -> None:
    plain(Commenter).filter(opinion__sequence=4)._raw_delete("default")
    plain(Opinion).filter(sequence=4)._raw_delete("default")


def swap_texts() -> None:
    one, two = Opinion.objects.get(sequence=1), Opinion.objects.get(sequence=2)
    for target, source in ((one, two), (two, one)):
        plain(Opinion).filter(pk=target.pk).update(
            text=source.text,
            page_one_salt=source.page_one_salt,
            page_one_commitment=source.page_one_commitment,
        )


def swap_commenters() -> None:
    one, two = Commenter.objects.get(opinion__sequence=1), Commenter.objects.get(opinion__sequence=2)
    plain(Commenter).filter(pk=one.pk).update(sealed=two.sealed, key_id=two.key_id)


def swap_entries() -> None:
    one, two = Opinion.objects.get(sequence=1), Opinion.objects.get(sequence=2)
    spare = Entry.objects.get(act="published")
    plain(Opinion).filter(pk=one.pk).update(ledger_entry=spare)
    plain(Opinion).filter(pk=two.pk).update(ledger_entry=one.ledger_entry)
    plain(Opinion).filter(pk=one.pk).update(ledger_entry=two.ledger_entry)


def seal_without_consent() -> None:
    """Put the page two of the second in the place of the fourth, whose writer had it sealed anew."""
    two = Commenter.objects.get(opinion__sequence=2)
    plain(Commenter).filter(opinion__sequence=4).update(sealed=two.sealed, key_id=two.key_id)


def unsealed_key() -> None:
    plain(DataKey).using("keys").filter(pk=Commenter.objects.get(opinion__sequence=1).key_id).delete()


def other_answer() -> None:
    answer = Answer.objects.get()
    answer.pk, answer.commitment = None, "a" * 64
    answer._state.adding = True
    answer.save(force_insert=True)


ROWS: list[tuple[str, Any]] = [
    ("page_one", lambda: first().update(text="我支持这个项目。")),
    ("page_one", lambda: first().update(village="别的村")),
    ("page_one", swap_texts),
    ("opinion_swapped", swap_entries),
    ("opinion_swapped", lambda: first().update(timeliness="late")),
    ("opinion_missing", delete_opinion),
    ("opinion_extra", lambda: first().update(ledger_entry=Entry.objects.get(act="closed"))),
    ("number_gap", lambda: plain(Opinion).filter(sequence=4).update(sequence=7)),
    ("page_two", swap_commenters),
    ("page_two", lambda: plain(Commenter).filter(opinion__sequence=1).update(kind="organisation")),
    ("page_two", seal_without_consent),
    ("page_two_unopened", unsealed_key),
    ("erased_unsaid", lambda: plain(Commenter).filter(opinion__sequence=1).update(sealed=None)),
    ("erased_unsaid", lambda: first().update(page_one_salt=None)),
    ("erased_present", lambda: plain(Commenter).filter(opinion__sequence=3).update(sealed=b"x")),
    ("answer", lambda: plain(Answer).update(reason="已经采纳。")),
    ("answer_missing", lambda: plain(Answer).update(commitment="b" * 64)),
    ("answer_swapped", lambda: first().update(answer=None)),
    ("answer_extra", other_answer),
    ("redaction", lambda: plain(Redaction).update(text="全部遮盖")),
    ("redaction_missing", lambda: plain(Redaction).update(commitment="c" * 64)),
    ("redaction_swapped", lambda: plain(Opinion).filter(sequence=2).update(redacted_text="")),
    ("redaction_extra", lambda: plain(Redaction).update(commitment="d" * 64)),
]


def test_every_changed_deleted_or_swapped_row_is_found_and_named(page) -> None:
    for expected, tamper in ROWS:
        with transaction.atomic(), transaction.atomic(using="keys"):
            tamper()
            assert expected in kinds(), expected
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
    assert kinds() == set()


def with_file(page: NoticePage) -> OpinionFile:
    """Return the file of an opinion that was sent with one."""
    token = new_token(page.record.code, now=PUBLISHED)
    upload = SimpleUploadedFile("监测结果.pdf", make_pdf(["井水发黄"]), content_type="application/pdf")
    waiting = stage_file(form_key=token.key, upload=upload, now=PUBLISHED)
    send(page, now=PUBLISHED + DAY, token=token, files=[waiting.sha256])
    return OpinionFile.objects.get()


def test_files_are_checked_by_their_rows_and_on_request_byte_by_byte() -> None:
    file = with_file(make_notice(now=PUBLISHED))
    rows = plain(OpinionFile).filter(pk=file.pk)
    assert kinds(with_files=True) == set()
    assert file.key_id
    other = seal_name("别的.jpg", open_data_key(file.key_id))
    for change in ({"sha256": "0" * 64}, {"sealed_name": other}, {"sealed_name": b"x"}):
        with transaction.atomic():
            rows.update(**change)
            assert kinds() == {"file"}
            transaction.set_rollback(True)
    with transaction.atomic():
        rows.update(salt=None)
        assert kinds() == {"erased_unsaid"}
        transaction.set_rollback(True)
    with transaction.atomic():
        rows._raw_delete("default")
        assert kinds() == {"file_count"}
        transaction.set_rollback(True)
    Path(opinion_storage().path(str(file.file.name))).write_bytes(b"other bytes")
    assert kinds() == set()
    assert kinds(with_files=True) == {"file"}
    plain(DataKey).using("keys").filter(pk=file.key_id).delete()
    assert kinds() == kinds(with_files=True) == {"file_unopened"}


def test_attachments_and_archives_are_checked_by_their_rows_and_on_request_byte_by_byte() -> None:
    page = make_notice(now=PUBLISHED)
    make_missing_archives(now=PUBLISHED)
    assert kinds(with_files=True) == set()
    for model in (Attachment, ArchiveFile):
        file = model.objects.filter(notice=page).first()
        assert file is not None
        with transaction.atomic():
            plain(model).filter(pk=file.pk).update(sha256="0" * 64)
            assert kinds() == {"public_file_missing"}
            transaction.set_rollback(True)
        stored = Path(content_storage().path(str(file.file.name)))
        whole = stored.read_bytes()
        stored.chmod(0o600)
        stored.write_bytes(whole[:-1])
        assert kinds() == set()
        assert kinds(with_files=True) == {"public_file"}
        stored.write_bytes(whole)


def test_a_key_that_was_destroyed_counts_as_erased_only_with_its_entry(page) -> None:
    key_id = Commenter.objects.get(opinion__sequence=1).key_id
    plain(DataKey).using("keys").filter(pk=key_id).update(wrapped=None, destroyed_at=timezone.now())
    assert kinds() == {"erased_unsaid"}


def test_a_chain_that_vanished_is_missed_by_the_roots(page) -> None:
    Chain.objects.filter(key=chain_key(page.record)).update(key="notice:000000")
    assert "chain_missing" in kinds()
    assert command("999999")[0] == 1


def test_roots_that_were_changed_or_not_written_outside_are_found(page) -> None:
    last = DailyRoot.objects.order_by("-day")[:1].get()
    DailyRoot.objects.filter(pk=last.pk).update(heads={**last.heads, "notice:1": "0" * 64})
    assert "root" in kinds()
    DailyRoot.objects.filter(pk=last.pk).update(heads=last.heads)
    record_daily_root(day=last.day + DAY)
    assert kinds() == {"root_not_outside"}
    assert append_missing_roots() == 1
    assert kinds() == set()
    DailyRoot.objects.filter(day=last.day + DAY).delete()
    assert kinds() == {"root_missing"}


def test_a_line_that_a_crash_cut_short_is_written_again_and_a_changed_line_is_found(page) -> None:
    whole = roots_file().read_bytes()
    roots_file().write_bytes(whole[:-20])
    append_missing_roots()
    assert roots_file().read_bytes() == whole
    roots_file().write_bytes(whole.replace(b'"chains"', b'"chainz"', 1))
    assert "roots_file" in kinds()


def test_the_file_of_a_newer_database_is_set_aside_and_still_checked(page) -> None:
    """As when an older backup was restored: the roots that follow are others than those in the file."""
    last = DailyRoot.objects.order_by("-day")[:1].get()
    record_daily_root(day=last.day + DAY)
    append_missing_roots()
    whole = roots_file().read_bytes()
    DailyRoot.objects.filter(day__gt=last.day).delete()
    record_daily_root(day=last.day + 2 * DAY)
    with pytest.raises(RootsForkedError, match="rename the file"):
        append_missing_roots()
    assert roots_file().read_bytes() == whole
    aside = set_roots_aside(now=END)
    assert aside is not None
    assert aside.read_bytes() == whole
    append_missing_roots()
    assert kinds() == set()
    assert set_roots_aside(now=END) is None
    assert command("--roots", str(aside))[0] == 1


def test_the_proof_of_a_receipt_checks_offline_and_a_forged_one_does_not(tmp_path) -> None:
    receipt = send_to_another()
    number, code = receipt.opinion.number, receipt.opinion.notice.record.code
    record_root_of_yesterday(now=PUBLISHED + 2 * DAY)
    proof = downloaded("/receipt/proof/", tmp_path / "proof.json", number=number, code=receipt.code)
    text = proof.read_text()
    assert "13900000001" not in text
    assert "测试人" not in text
    ledger = downloaded(f"/ledger/{code}/ledger.json", tmp_path / "ledger.json")
    roots = downloaded("/ledger/roots.jsonl", tmp_path / "roots.jsonl")
    status, said = script(proof, ledger, roots)
    assert status == 0, said
    assert number in said
    assert "请加密监测井。" in said
    for old, new in (
        ("请加密", "不必加"),
        ('"version":1', '"version":2'),
        ('"role":"public"', '"role":"operator"'),
    ):
        assert old in text
        proof.write_text(text.replace(old, new, 1))
        assert script(proof)[0] == 1, old
    data = json.loads(text)
    data["root"]["heads"][f"notice:{code}"] = "f" * 64
    proof.write_text(json.dumps(data))
    assert script(proof)[0] == 1
    proof.write_text("{}")
    assert script(proof)[0] == 2


def send_to_another() -> Any:
    """Send an opinion to another notice, open and without roots yet."""
    DailyRoot.objects.all().delete()
    roots_file().unlink(missing_ok=True)
    return send(make_notice(now=PUBLISHED), now=PUBLISHED + DAY)


def test_a_proof_needs_number_and_code_and_comes_before_the_first_root_too(tmp_path) -> None:
    receipt = send_to_another()
    wrong = Client().post("/receipt/proof/", {"number": receipt.opinion.number, "code": "000000000000"})
    assert "对不上" in wrong.content.decode()
    assert Client().get("/receipt/proof/").status_code == 405
    proof = downloaded(
        "/receipt/proof/", tmp_path / "proof.json", number=receipt.opinion.number, code=receipt.code
    )
    assert json.loads(proof.read_text())["root"] is None
    status, said = script(proof)
    assert status == 0
    assert "每日根还没有形成" in said


def test_the_night_check_is_made_once_and_tells_operators_but_not_the_log_what_is_wrong(page, caplog) -> None:
    tonight = END + 4 * DAY
    assert ledger_checks.check_nightly(now=tonight.replace(hour=0, minute=10)) is None
    first().update(text="我支持这个项目。")
    check = ledger_checks.check_nightly(now=tonight.replace(hour=2))
    assert check is not None
    assert (check.fault_count, check.faults[0]["kind"]) == (1, "page_one")
    assert ledger_checks.check_nightly(now=tonight.replace(hour=3)) is None
    assert LedgerCheck.objects.count() == 1
    assert "page_one" in caplog.text
    assert not re.search("监测井|支持|测试人|1390000", caplog.text)


def test_the_script_is_for_python_3_8_and_imports_the_standard_library_alone() -> None:
    tree = ast.parse(Path(verify.__file__).read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"base64", "hashlib", "json", "sys"}


def test_json_output_has_one_report_a_line(page) -> None:
    status, text = command("--format", "json")
    reports = [json.loads(line) for line in text.splitlines()]
    assert status == 0
    assert [report["chain"] for report in reports] == ["", chain_key(page.record)]
    assert reports[1]["erased"][0]["part"] == "page_two"
