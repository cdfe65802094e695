"""The check of a package: what was changed is found and named, by the script in it and by the command alike."""

from __future__ import annotations

import ast
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notices.archive import services as archive_services
from notices.archive.packages import verify as script
from notices.archive.packages.services import make_package
from notices.evidence_services import file_evidence
from notices.exports.models import Profile
from notices.ledger.services import record_daily_root
from notices.models import NewspaperInsertion
from notices.opinions.answering import answer_opinions, redact_opinion
from notices.opinions.models import Outcome
from notices.printing import PrintedFile
from notices.services import close_windows
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.people import make_people
from tests.photos import photo

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CLOSED = END + timedelta(hours=2)
TEXT = "担心清水沟的井水发黄。"
_made: list[bytes] = []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an unpacked package of a notice with everything; it is made once, for the check reads nothing else."""
    if not _made:
        monkeypatch.setattr(
            archive_services, "_printed", lambda edition: PrintedFile(repr(edition.kind).encode(), 1)
        )
        _made.append(a_package(tmp_path / "made.zip"))
    with zipfile.ZipFile(BytesIO(_made[0])) as archive:
        archive.extractall(tmp_path / "out")
    return next((tmp_path / "out").iterdir())


@pytest.fixture
def packed(tmp_path: Path, folder: Path) -> Path:
    path = tmp_path / "存档包.zip"
    path.write_bytes(_made[0])
    return path


def a_package(target: Path) -> bytes:
    people = make_people()
    page = make_notice(now=PUBLISHED, proponent=people.company_a)
    first = send(page, TEXT, now=PUBLISHED).opinion
    second = send(page, "请公开监测数据，电话打给王某某。", now=PUBLISHED).opinion
    paper = NewspaperInsertion(notice=page, newspaper="临汾日报", published_on=PUBLISHED.date())
    file_evidence(evidence=paper, uploads=[photo("版面.jpg")], user=people.li, now=PUBLISHED)
    record_daily_root(day=PUBLISHED.date())
    answer_opinions(
        opinions=[first, second], outcome=Outcome.ADOPTED, user=people.li, now=END, report_reference="第3章"
    )
    redact_opinion(opinion=second, text="请公开监测数据。", reason="含他人姓名", user=people.li, now=END)
    close_windows(now=CLOSED)
    record_daily_root(day=CLOSED.date())
    record = type(page).objects.get(pk=page.pk).record
    make_package(record=record, profile=Profile.BUREAU, user=None, purpose="存档", now=CLOSED, target=target)
    return target.read_bytes()


def file_in(folder: Path, name: str) -> Path:
    (path,) = (folder / "data").rglob(name)
    return path


def sealed_anew(folder: Path) -> None:
    """Write the manifests anew, as somebody does who changes a package and knows how bags are made."""

    def lines(paths: list[Path]) -> str:
        names = sorted(path.relative_to(folder).as_posix() for path in paths)
        return "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)

    payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
    (folder / script.MANIFEST).write_text(lines(payload))
    tags = [path for path in folder.iterdir() if path.is_file() and path.name != script.TAG_MANIFEST]
    (folder / script.TAG_MANIFEST).write_text(lines(tags))


def kinds(path: Path) -> set[str]:
    return {kind for kind, _place, _text in script.verify(str(path)).faults}


def told(path: Path) -> str:
    return "\n".join(text for _kind, _place, text in script.verify(str(path)).faults)


class TestASoundPackage:
    def test_the_script_in_it_checks_its_own_folder_and_leaves_nothing_there(self, folder: Path) -> None:
        before = sorted(folder.rglob("*"))
        done = subprocess.run(
            [sys.executable, "verify.py"], cwd=folder, capture_output=True, encoding="utf-8", check=False
        )
        assert done.stdout.endswith("结论：全部相符。\n"), done.stdout + done.stderr
        assert done.returncode == 0
        for words in (
            "2 条意见的内容都和台账相符",
            "1 次答复都和台账相符",
            "1 次遮盖都和台账相符",
            "环环相扣",
        ):
            assert words in done.stdout
        assert sorted(folder.rglob("*")) == before

    def test_script_and_command_say_the_same_of_the_zip(
        self, folder: Path, packed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        done = subprocess.run(
            [sys.executable, str(folder / "verify.py"), str(packed)],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        call_command("verify_archive", str(packed))
        assert capsys.readouterr().out.strip() == done.stdout.strip()
        call_command("verify_archive", str(packed), format="json")
        report = json.loads(capsys.readouterr().out)
        assert report["faults"] == []
        assert f"说明：整包 SHA-256 {sha256(packed.read_bytes()).hexdigest()}" in report["lines"]

    def test_both_files_are_python_of_3_8_and_import_the_standard_library_only(self, folder: Path) -> None:
        for name in ("verify.py", "ledger_verify.py"):
            tree = ast.parse((folder / name).read_text(), feature_version=(3, 8))
            imported = {
                alias.name.split(".")[0]
                for node in ast.walk(tree)
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            assert imported - {"ledger_verify"} <= set(sys.stdlib_module_names)

    def test_names_in_the_other_normal_form_and_litter_of_the_system_do_no_harm(self, folder: Path) -> None:
        (folder / "data" / ".DS_Store").write_bytes(b"x")
        (folder / "Thumbs.db").write_bytes(b"x")
        assert kinds(folder) == set()


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


class TestWhatWasChanged:
    def test_one_flipped_byte_in_any_file_is_found_and_named(self, folder: Path) -> None:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            if not content:
                continue
            flip(path, len(content) // 2)
            found = told(folder)
            assert name in found or name in (script.MANIFEST, script.TAG_MANIFEST, script.DECLARATION), name
            assert found, name
            path.write_bytes(content)
        assert told(folder) == ""

    def test_one_flipped_byte_of_a_file_in_the_zip_is_found_and_named(self, packed: Path) -> None:
        with zipfile.ZipFile(packed) as archive:
            entries = [
                entry for entry in archive.infolist() if "/data/" in entry.filename and entry.file_size
            ]
        for entry in entries:
            start = packed.read_bytes()
            offset = entry.header_offset
            name_length, extra = struct.unpack("<HH", start[offset + 26 : offset + 30])
            flip(packed, offset + 30 + name_length + extra + entry.file_size // 2)
            assert entry.filename.partition("/")[2] in told(packed)
            packed.write_bytes(start)

    def test_a_removed_file_is_named(self, folder: Path) -> None:
        path = file_in(folder, "公示存档-v1.pdf")
        path.unlink()
        assert f"{path.relative_to(folder).as_posix()} 不见了" in told(folder)

    @pytest.mark.parametrize("where", ["data/06_意见/多.txt", "多.txt"])
    def test_an_added_file_is_named(self, folder: Path, where: str) -> None:
        (folder / where).write_text("x")
        assert f"{where} 不在清单中" in told(folder)

    def test_a_changed_manifest_is_named(self, folder: Path) -> None:
        path = folder / script.MANIFEST
        path.write_text(path.read_text().replace("a", "b", 1))
        assert f"{script.MANIFEST} 和清单不符" in told(folder)

    def test_a_missing_manifest_is_named(self, folder: Path) -> None:
        (folder / script.TAG_MANIFEST).unlink()
        assert f"缺少清单 {script.TAG_MANIFEST}" in told(folder)


def edit_ledger(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    path = file_in(folder, "ledger.json")
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False))
    sealed_anew(folder)


def edit_lines(folder: Path, name: str, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    path = file_in(folder, name)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    change(rows)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    sealed_anew(folder)


class TestWhatWasChangedBySomebodyWhoWroteTheManifestsAnew:
    def test_a_cut_ledger_is_found(self, folder: Path) -> None:
        edit_ledger(folder, lambda data: data["entries"].pop())
        assert "以后被截去，或者链头被改" in told(folder)

    def test_a_ledger_cut_with_its_head_is_found(self, folder: Path) -> None:
        def cut(data: dict[str, Any]) -> None:
            data["entries"].pop()
            data["head"], data["length"] = data["entries"][-1]["hash"], len(data["entries"])

        edit_ledger(folder, cut)
        assert {"ledger", "root_head"} & kinds(folder)
        assert "比存档包所称的短" in told(folder)

    def test_a_changed_entry_is_found(self, folder: Path) -> None:
        edit_ledger(folder, lambda data: data["entries"][1]["entry"].update(day="2020-01-01"))
        assert "第 2 条的内容被改动" in told(folder)

    @pytest.mark.parametrize("name", ["01_*征求意见稿*.pdf", "公示存档-v1.pdf", "*版面.jpg"])
    def test_a_file_that_the_ledger_names_is_missed_when_replaced(self, folder: Path, name: str) -> None:
        file_in(folder, name).write_bytes(b"another")
        sealed_anew(folder)
        assert kinds(folder) == {"file_lacking"}
        assert "不在包中，或者被改动" in told(folder)

    def test_a_changed_opinion_is_found(self, folder: Path) -> None:
        edit_lines(folder, "意见.jsonl", lambda rows: rows[0]["page_one"]["fields"].update(text="没有意见。"))
        assert "的内容和台账不符，被改动" in told(folder)

    def test_a_dropped_opinion_is_found(self, folder: Path) -> None:
        edit_lines(folder, "意见.jsonl", lambda rows: rows.pop())
        assert kinds(folder) == {"opinion_missing"}

    def test_an_opinion_emptied_without_an_entry_is_found(self, folder: Path) -> None:
        edit_lines(folder, "意见.jsonl", lambda rows: rows[0].update(page_one=None))
        assert kinds(folder) == {"erased_unsaid"}

    def test_an_invented_opinion_is_found(self, folder: Path) -> None:
        edit_lines(folder, "意见.jsonl", lambda rows: rows.append({**rows[0], "position": 999}))
        assert kinds(folder) == {"opinion_extra"}

    @pytest.mark.parametrize(("name", "kind"), [("答复.jsonl", "answer"), ("遮盖.jsonl", "redaction")])
    def test_changed_and_dropped_answers_and_redactions_are_found(
        self, folder: Path, name: str, kind: str
    ) -> None:
        edit_lines(folder, name, lambda rows: rows[0]["fields"].update(reason="别的理由"))
        assert kinds(folder) == {kind}
        edit_lines(folder, name, lambda rows: rows.clear())
        assert kinds(folder) == {f"{kind}_missing"}


class TestHostileFiles:
    def zip_with(
        self, path: Path, *entries: tuple[str, bytes], compression: int = zipfile.ZIP_STORED
    ) -> Path:
        with zipfile.ZipFile(path, "w", compression) as archive:
            archive.writestr("a/bagit.txt", "BagIt-Version: 1.0\n")
            for name, content in entries:
                archive.writestr(name, content)
        return path

    @pytest.mark.parametrize("name", ["../out.txt", "/etc/x", "a/../../x", "a/C:x", "a/b\\..\\x", "b/x"])
    def test_a_path_that_leaves_the_folder_is_named_and_not_followed(self, tmp_path: Path, name: str) -> None:
        path = self.zip_with(tmp_path / "x.zip", (name, b"x"))
        assert "path" in kinds(path)
        assert [each.name for each in tmp_path.iterdir()] == ["x.zip"]

    def test_what_is_compressed_is_not_opened(self, tmp_path: Path) -> None:
        bomb = self.zip_with(
            tmp_path / "x.zip", ("a/data/零", bytes(50 * 2**20)), compression=zipfile.ZIP_DEFLATED
        )
        with pytest.raises(script.Unreadable, match="比文件本身还大"):
            script.verify(str(bomb))

    def test_a_folder_that_was_zipped_again_is_told_to_be_unpacked(
        self, folder: Path, tmp_path: Path
    ) -> None:
        again = tmp_path / "again.zip"
        with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in folder.rglob("*"):
                archive.write(path, path.relative_to(folder.parent))
        with pytest.raises(script.Unreadable, match="解压"):
            script.verify(str(again))

    def test_a_link_is_not_followed(self, folder: Path) -> None:
        (folder / "data" / "链接").symlink_to("/etc/hostname")
        assert kinds(folder) == {"link"}

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"x" * 1000])
    def test_what_is_no_package_ends_in_a_message(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x.zip"
        path.write_bytes(content)
        with pytest.raises(CommandError, match="读不懂，不能核对") as refusal:
            call_command("verify_archive", str(path))
        assert refusal.value.returncode == 2
        with pytest.raises(CommandError):
            call_command("verify_archive", str(tmp_path / "nothing.zip"))

    @pytest.mark.parametrize(
        "content",
        [
            "[" * 100_000,
            "[]",
            "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        ],
    )
    def test_nonsense_in_the_facts_is_reported_and_no_traceback(self, folder: Path, content: str) -> None:
        (folder / script.FACTS).write_text(content)
        sealed_anew(folder)
        with pytest.raises(script.Unreadable, match=script.FACTS):
            script.verify(str(folder))

    def test_facts_that_lack_everything_are_a_fault_and_no_traceback(self, folder: Path) -> None:
        (folder / script.FACTS).write_text(json.dumps({"format": script.FORMAT}))
        sealed_anew(folder)
        assert kinds(folder) == {"unreadable"}


def test_the_command_ends_with_code_one_and_names_the_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "data" / "多.txt").write_text("x")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", str(folder))
    assert ended.value.code == 1
    assert "data/多.txt" in capsys.readouterr().out
