"""The archive package: what is in it, who gets it, what is recorded, and that it stays small in memory."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import zipfile
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import bagit
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.archive import services as archive_services
from notices.archive.packages import bag as bag_module
from notices.archive.packages.bag import BagWriter
from notices.archive.packages.contents import Asked, Item, safe_name
from notices.archive.packages.parts import PARTS, opinions
from notices.archive.packages.records import answer_lines
from notices.archive.packages.services import (
    PACKAGE_FORMAT,
    MadePackage,
    make_package,
    may_have_package,
)
from notices.archive.packages.tables import write_table
from notices.archive.packages.verify import verify
from notices.evidence_services import file_evidence
from notices.exports.models import ExportFormat, ExportRecord, Job, Profile
from notices.exports.services import profile_for
from notices.ledger.models import Entry
from notices.models import NewspaperInsertion, NoticePage, NoticeStage
from notices.models.attachments import content_storage
from notices.opinions.answering import answer_opinions
from notices.opinions.consents import restrict_contact
from notices.opinions.destruction import confirm_destruction, propose_destruction
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import DestructionGround, FileAccess, Opinion, Outcome
from notices.printing import PrintedFile
from notices.services import close_windows
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.pdf import make_pdf
from tests.people import People, make_people
from tests.photos import photo

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)
CLOSED = END + timedelta(hours=2)
TEXT = "担心清水沟的井水发黄。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(now=PUBLISHED, proponent=people.company_a)


@pytest.fixture(autouse=True)
def _printed_fast(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Print a stand-in, unless a test asks for the real thing: how archives look is tested beside them."""
    if "really_printed" not in request.fixturenames:
        monkeypatch.setattr(archive_services, "_printed", lambda edition: PrintedFile(b"%PDF-1.7 x", 1))


@pytest.fixture
def really_printed() -> None:
    """Have archives printed."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "包.zip"


def package(page: NoticePage, target: Path, user: Any = None, **fields: Any) -> MadePackage:
    record = NoticePage.objects.get(pk=page.pk).record
    profile = profile_for(user, page) if user else Profile.BUREAU
    values = {"purpose": "复议案卷", "now": CLOSED, "profile": profile, **fields}
    return make_package(record=record, user=user, target=target, **values)


def unpacked(target: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    return folder


def file_in(folder: Path, name: str) -> Path:
    (path,) = (folder / "data").rglob(name)
    return path


def lines_in(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file_in(folder, name).read_text().splitlines()]


def send_with(page: NoticePage, *uploads: Any, text: str = TEXT) -> Opinion:
    now = PUBLISHED + DAY
    token = new_token(page.record.code, now=now)
    files = [stage_file(form_key=token.key, upload=upload, now=now).sha256 for upload in uploads]
    return send(page, text, now=now, token=token, files=files).opinion


def a_file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_pdf(["监测数据"]))


class TestTheBag:
    def test_the_library_of_congress_validates_it(
        self, people: People, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        send_with(page, photo())
        package(page, target, people.li)
        bagit.Bag(str(unpacked(target, tmp_path))).validate()

    def test_nothing_is_compressed_and_the_same_record_gives_the_same_bytes(
        self, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        send(page, TEXT, now=PUBLISHED)
        handle = tmp_path / "again.zip"
        record, as_of = page.record, 3
        asked = Asked(record, Profile.BUREAU, None, "存档", CLOSED, as_of)
        for path in (target, handle):
            with path.open("w+b") as file:
                bag = BagWriter(file, folder="a")
                for part in PARTS:
                    for thing in part.contents(asked):
                        if isinstance(thing, Item) and not thing.path.endswith("xlsx"):
                            with thing.open() as source:
                                bag.add(f"{part.folder}/{thing.path}", source)
                bag.finish({})
        assert target.read_bytes() == handle.read_bytes()
        assert {entry.compress_type for entry in zipfile.ZipFile(target).infolist()} == {zipfile.ZIP_STORED}

    @pytest.mark.parametrize(
        ("name", "safe"),
        [
            ("报告书（征求意见稿）.pdf", "报告书（征求意见稿）.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\报告:1?.pdf", "C__报告_1_.pdf"),
            ("CON.pdf", "_CON.pdf"),
            ("坏\r\n名\u202e.pdf", "坏__名_.pdf"),
            ("100%.pdf", "100_.pdf"),
            (" .. ", "_"),
            ("长" * 200 + ".pdf", "长" * 76 + ".pdf"),
        ],
    )
    def test_names_are_safe_on_every_system(self, name: str, safe: str) -> None:
        assert safe_name(name) == safe

    def test_a_hundred_megabytes_stream_through_a_few(self, tmp_path: Path) -> None:
        """Peak memory of a child that bags and checks 100 MB, against one that does so with next to nothing."""
        script = tmp_path / "child.py"
        script.write_text(
            textwrap.dedent(
                """
                import resource, sys
                from notices.archive.packages import verify
                from notices.archive.packages.bag import BagWriter

                class Zeros:
                    def __init__(self, left): self.left = left
                    def read(self, size):
                        size = min(size, self.left); self.left -= size
                        return bytes(size)

                size = int(sys.argv[1])
                with open(sys.argv[2], "w+b") as target:
                    bag = BagWriter(target, folder="a")
                    bag.add("大.pdf", Zeros(size), size=size)
                    bag.finish({})
                found = verify.Findings()
                verify.check_files(verify.Zip(sys.argv[2], found), found)
                assert not found.faults
                print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
                """
            )
        )

        def peak(size: int) -> int:
            out = subprocess.run(
                [sys.executable, str(script), str(size), str(tmp_path / f"{size}.zip")],
                check=True,
                capture_output=True,
                cwd=Path(bag_module.__file__).parents[3],
                env={"PYTHONPATH": str(Path(bag_module.__file__).parents[3])},
            )
            return int(out.stdout) * 1024

        assert peak(100 * 2**20) - peak(1024) < 8 * 2**20


class TestWhatIsInIt:
    def test_originals_archives_evidence_records_and_ledger_are_there_with_their_bytes(
        self, really_printed: None, people: People, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        send(page, TEXT, now=PUBLISHED)
        paper = NewspaperInsertion(notice=page, newspaper="临汾日报", published_on=PUBLISHED.date())
        file_evidence(evidence=paper, uploads=[photo("版面.jpg")], user=people.li, now=PUBLISHED + DAY)
        close_windows(now=CLOSED)
        package(page, target, people.guan)
        folder = unpacked(target, tmp_path)
        assert {path.name for path in (folder / "data").iterdir()} == {
            "00_manifest.json",
            "01_委托函或合同日期证明",
            "02_首次公开",
            "03_征求意见稿",
            "04_网络报纸张贴证据",
            "05_查阅登记",
            "06_意见",
            "07_公众信息",
            "08_处理与反馈",
            "09_深度参与",
            "10_公众参与说明",
            "11_报批前公开",
            "12_台账",
        }
        report = page.attachments.get()
        assert sha256(file_in(folder, "01_*征求意见稿*.pdf").read_bytes()).hexdigest() == report.sha256
        assert file_in(folder, "公示存档-v1.pdf").read_bytes().startswith(b"%PDF")
        assert file_in(folder, "截止证明-v1.pdf").read_bytes().startswith(b"%PDF")
        assert file_in(folder, "第1册.pdf").read_bytes().startswith(b"%PDF")
        (row,) = json.loads(file_in(folder, "记录.json").read_text())
        assert (row["newspaper"], row["published_on"]) == ("临汾日报", "2026-03-02")
        picture = folder / "data/04_网络报纸张贴证据" / row["files"][0]["path"]
        assert sha256(picture.read_bytes()).hexdigest() == row["files"][0]["sha256"]
        assert TEXT in file_in(folder, "意见汇总表.csv").read_text("utf-8-sig")
        ledger = json.loads(file_in(folder, "ledger.json").read_text())
        acts = [row["entry"]["act"] for row in ledger["entries"]]
        assert acts[-4:] == ["closed", "archived", "archived", "archived"]  # notice, certificate, volume

    def test_page_two_and_the_accounts_of_staff_are_nowhere(
        self, people: People, page: NoticePage, target: Path
    ) -> None:
        opinion = send_with(page, a_file("测试人身份证.pdf"))
        answer_opinions(
            opinions=[opinion], outcome=Outcome.ADOPTED, user=people.li, now=CLOSED, report_reference="第3章"
        )
        package(page, target, people.li)
        content = target.read_bytes()
        for secret in (PERSON.contact, PERSON.name, "测试人身份证", people.zhao.username + '"'):
            assert secret.encode() not in content

    def test_what_is_missing_is_named_and_not_invented(
        self, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        made = package(page, target)
        folder = unpacked(target, tmp_path)
        assert (
            (folder / "data/02_首次公开/缺.txt")
            .read_text("utf-8-sig")
            .startswith("缺：这一轮没有在本平台公开")
        )
        assert "10_公众参与说明：还没有生成公众参与说明。" in made.lacking
        words = (folder / "说明.txt").read_text("utf-8-sig")
        assert all(line in words for line in made.lacking)

    def test_a_lost_file_is_named_and_the_rest_arrives(
        self, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        attachment = page.attachments.get()
        content_storage().delete(attachment.file.name)
        made = package(page, target)
        assert any("读不到，请从备份恢复" in words for words in made.lacking)
        bagit.Bag(str(unpacked(target, tmp_path))).validate()
        assert verify(str(target)).faults[0][0] == "file_lacking"

    def test_unanswered_opinions_stamp_it_unfinished(
        self, people: People, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        opinion = send(page, TEXT, now=PUBLISHED).opinion
        made = package(page, target, people.li)
        assert made.unfinished == ("还有 1 条意见没有答复",)
        assert "状态：未完成。还有 1 条意见没有答复。" in target.read_bytes().decode("utf-8", "ignore")
        answer_opinions(
            opinions=[opinion], outcome=Outcome.ADOPTED, user=people.li, now=CLOSED, report_reference="第3章"
        )
        assert package(page, tmp_path / "later.zip", people.li).unfinished == ()

    def test_destroyed_content_is_not_in_a_package_made_afterwards(
        self, people: People, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        opinion = send(page, TEXT, now=PUBLISHED).opinion
        words = {
            "ground": DestructionGround.STATE_SECRET,
            "document": "第3号通知",
            "reason": "不宜公开的设施",
        }
        proposal = propose_destruction(opinion=opinion, user=people.li, now=CLOSED, **words)
        confirm_destruction(proposal=proposal, user=people.op, now=CLOSED)
        package(page, target)
        assert TEXT.encode() not in target.read_bytes()
        assert lines_in(unpacked(target, tmp_path), "意见.jsonl")[0]["page_one"] is None
        assert verify(str(target)).faults == []

    def test_its_tables_say_on_each_page_who_took_it_for_what_and_that_it_is_unfinished(
        self, people: People, page: NoticePage, tmp_path: Path
    ) -> None:
        opinion = send(page, TEXT, now=PUBLISHED).opinion
        asked = Asked(page.record, Profile.BUREAU, None, "复议案卷", CLOSED, 0)

        def headers() -> str:
            content = BytesIO()
            write_table(asked, ExportFormat.XLSX, content)
            with zipfile.ZipFile(content) as book:
                return book.read("xl/worksheets/sheet2.xml").decode()

        assert "未完成 平台（服务器命令） 2026-03-17 02:00 导出，用途：复议案卷" in headers()
        answer_opinions(
            opinions=[opinion], outcome=Outcome.ADOPTED, user=people.li, now=CLOSED, report_reference="第3章"
        )
        assert "复议案卷" in headers()
        assert "未完成" not in headers()

    def test_the_day_of_an_answer_is_the_day_in_china(self, people: People, page: NoticePage) -> None:
        opinion = send(page, TEXT, now=PUBLISHED).opinion
        answer_opinions(
            opinions=[opinion], outcome=Outcome.ADOPTED, user=people.li, now=CLOSED, report_reference="第3章"
        )
        asked = Asked(page.record, Profile.BUREAU, None, "复议案卷", CLOSED, 0)
        (line,) = answer_lines(asked)
        assert json.loads(line)["day"] == "2026-03-17"  # two in the morning, the day before in UTC


class TestFilesOfOpinions:
    def test_a_list_of_them_holds_no_text(self, people: People, page: NoticePage) -> None:
        send_with(page, photo())
        asked = Asked(page.record, profile_for(people.li, page), people.li, "复议案卷", CLOSED, 0)
        with CaptureQueriesContext(connection) as queries:
            items = [item for item in opinions(asked) if isinstance(item, Item)]
        assert any(item.path.startswith("附件/") for item in items)
        (joined,) = [
            query["sql"]
            for query in queries
            if "opinionfile" in query["sql"]
            and "INNER JOIN" in query["sql"]
            and "COUNT" not in query["sql"]
            and "ORDER BY" in query["sql"]
        ]
        assert '"page_one_salt"' not in joined
        assert '."text"' not in joined

    def test_those_who_weigh_the_opinion_get_them_recorded_and_a_photo_without_its_place(
        self, people: People, page: NoticePage, target: Path, tmp_path: Path
    ) -> None:
        send_with(page, photo(taken="2026:03:01 09:00:00"), a_file("监测.pdf"))
        package(page, target, people.li)
        folder = unpacked(target, tmp_path)
        assert sorted(path.suffix for path in (folder / "data/06_意见/附件").iterdir()) == [".jpg", ".pdf"]
        assert b"2026:03:01" not in target.read_bytes()
        assert FileAccess.objects.filter(read_by=people.li).count() == 2

    @pytest.mark.parametrize("name", ["op", "guan", None])
    def test_everybody_else_gets_a_note(
        self, people: People, page: NoticePage, target: Path, name: str | None
    ) -> None:
        send_with(page, a_file("监测.pdf"))
        made = package(page, target, getattr(people, name) if name else None)
        assert any("不含附件" in words for words in made.lacking)
        assert not FileAccess.objects.exists()

    def test_a_document_whose_writer_restricted_it_stays_out(
        self, people: People, page: NoticePage, target: Path
    ) -> None:
        opinion = send_with(page, a_file("监测.pdf"))
        restrict_contact(opinion=opinion, now=CLOSED)
        made = package(page, target, people.li)
        assert f"06_意见：意见 {opinion.number} 的一个附件由本人要求限制使用。" in made.lacking


class TestWhoAndWhatIsRecorded:
    @pytest.mark.parametrize(("name", "role"), [("guan", "officer"), ("op", "operator"), ("li", "proponent")])
    def test_the_export_is_recorded_with_the_hash_of_the_file(
        self, people: People, page: NoticePage, target: Path, name: str, role: str
    ) -> None:
        send(page, TEXT, now=PUBLISHED)
        made = package(page, target, getattr(people, name))
        record, entry = ExportRecord.objects.get(), Entry.objects.filter(act="exported").get()
        assert (
            sha256(target.read_bytes()).hexdigest() == made.sha256 == record.sha256 == entry.payload["sha256"]
        )
        assert (record.format, record.rows, record.purpose, entry.role) == (
            PACKAGE_FORMAT,
            1,
            "复议案卷",
            role,
        )
        assert "复议案卷" not in str(entry.payload)

    @pytest.mark.parametrize("name", ["rival", "outsider", "stranger"])
    def test_nobody_else_gets_one_and_nothing_is_left_behind(
        self, client: Any, people: People, page: NoticePage, target: Path, name: str
    ) -> None:
        user = getattr(people, name)
        assert not may_have_package(user, page)
        with pytest.raises(PermissionDenied):
            make_package(
                record=page.record, profile=Profile.BUREAU, user=user, purpose="x", now=CLOSED, target=target
            )
        assert not target.exists()
        assert not ExportRecord.objects.exists()
        if user.is_authenticated:
            client.force_login(user)
        assert client.get(reverse("notice_package", args=[page.record.pk])).status_code in (302, 403)

    def test_an_officer_of_another_county_is_refused(self, people: People, page: NoticePage) -> None:
        people.office.division_codes = ["141027"]
        people.office.save()
        assert not may_have_package(people.guan, page)

    def test_a_purpose_is_compulsory_and_a_draft_has_no_package(
        self, people: People, page: NoticePage, target: Path
    ) -> None:
        with pytest.raises(ValidationError, match="请写明导出用途"):
            package(page, target, people.li, purpose=" ")
        draft = make_notice(stage=NoticeStage.DRAFT, proponent=people.company_a)
        with pytest.raises(ValidationError, match="还是草稿"):
            package(draft, target)

    def test_nothing_stays_when_it_breaks_off(
        self, page: NoticePage, target: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(BagWriter, "finish", lambda self, info: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            package(page, target)
        assert not target.exists()
        assert not ExportRecord.objects.exists()

    @pytest.mark.parametrize("name", ["li", "guan", "op"])
    def test_the_button_has_it_made_in_the_background_and_fetched(
        self, client: Any, people: People, page: NoticePage, name: str
    ) -> None:
        client.force_login(getattr(people, name))
        url = reverse("notice_package", args=[page.record.pk])
        assert url in client.get(reverse("notice_register:inspect", args=[page.record.pk])).content.decode()
        assert client.get(url).status_code == 200
        assert "请写明导出用途" in client.post(url, {"purpose": ""}).content.decode()
        answer = client.post(url, {"purpose": "存档备查"})
        job = Job.objects.get()
        assert answer.url == reverse("export_job", args=[job.pk])
        assert job.state == "done", job.message
        file = client.get(reverse("export_job_file", args=[job.pk]))
        content = b"".join(file.streaming_content)
        assert sha256(content).hexdigest() == ExportRecord.objects.get().sha256
        assert job.file_name.startswith(f"存档包-{page.record.code}")
        client.force_login(people.rival)
        assert client.get(reverse("export_job_file", args=[job.pk])).status_code == 404

    def test_the_page_costs_the_same_however_many_were_made_before(
        self, client: Any, people: People, page: NoticePage, tmp_path: Path
    ) -> None:
        client.force_login(people.guan)
        url = reverse("notice_package", args=[page.record.pk])
        counts = []
        for number in range(3):
            package(page, tmp_path / f"{number}.zip", people.li)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
        assert counts[2] <= counts[1] <= counts[0]


class TestTheCommand:
    def test_it_writes_records_and_says_what_is_lacking(
        self, page: NoticePage, target: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("archive_package", page.record.code, str(target))
        said = capsys.readouterr().out
        assert "缺 07_公众信息" in said
        assert sha256(target.read_bytes()).hexdigest() in said
        assert ExportRecord.objects.get().made_by is None
        assert Entry.objects.get(act="exported").role == "portal"

    def test_refusals_say_what_to_do(self, people: People, page: NoticePage, target: Path) -> None:
        code = page.record.code
        with pytest.raises(CommandError, match="没有公示码为 000000"):
            call_command("archive_package", "000000", str(target))
        with pytest.raises(CommandError, match="无权取得"):
            call_command("archive_package", code, str(target), user="rival")
        with pytest.raises(CommandError, match="不能超过 200 个字"):
            call_command("archive_package", code, str(target), purpose="长" * 201)
        assert not target.exists()
        target.write_bytes(b"x")
        with pytest.raises(CommandError, match="已经存在"):
            call_command("archive_package", code, str(target))
        assert target.read_bytes() == b"x"
        with pytest.raises(CommandError, match="写不了"):
            call_command("archive_package", code, str(target / "under a file.zip"))
