"""Sealed packages: who gets them, what is recorded, and that a notice comes back whole in another portal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from notices.archive import services as archive_services
from notices.archive.models import ArchiveFile, Statement
from notices.archive.sealed.contents import BY_LABEL, LEFT_OUT
from notices.archive.sealed.services import SEALED_FORMAT, offered_bases, seal_package
from notices.archive.services import make_archives
from notices.evidence_services import file_evidence
from notices.exports.models import ExportRecord, Job
from notices.ledger.models import Chain, Entry
from notices.models import (
    EvidenceFile,
    NewspaperInsertion,
    NoticePage,
    NoticeRecord,
    NoticeStage,
    Project,
    ProponentPage,
)
from notices.models.attachments import content_storage
from notices.opinions.access import read_contacts
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.destruction import confirm_destruction, propose_destruction
from notices.opinions.file_access import hand_out_original
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import (
    AccessBasis,
    ContactAccess,
    DataKey,
    DestructionGround,
    FileAccess,
    Opinion,
    Outcome,
)
from notices.opinions.verification import verify_ledger
from notices.permissions import OPERATOR_GROUP
from notices.printing import PrintedFile
from notices.sealing.age import opened_with, read_identity
from tests.factories import make_notice
from tests.initial_rows import hand_out
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)
CLOSED = END + timedelta(hours=2)
TEXT = "担心清水沟的井水发黄。"
ERASED_TEXT, DESTROYED = "请公开监测数据。", "夜里从沟口进出的车辆太多。"
LETTER = make_pdf(["监测数据"])
PURPOSE = "迁移到新平台"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of the portal that is no more: the package, its key, and what to look for afterwards."""

    package: Path
    key: Path
    code: str
    head: str
    number: str
    lookup: str
    report: str
    html: str


@pytest.fixture(autouse=True)
def _printed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_services, "_printed", lambda edition: PrintedFile(b"%PDF-1.7 x", 1))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    call_command("new_archive_key", str(tmp_path / "archive.key"), stdout=StringIO())
    return tmp_path / "archive.key"


def recipient_of(key: Path) -> str:
    return key.read_text().split("public key: ")[1].split()[0]


def send_with(page: NoticePage, text: str, *uploads: Any) -> Any:
    now = PUBLISHED + DAY
    token = new_token(page.record.code, now=now)
    files = [stage_file(form_key=token.key, upload=upload, now=now).sha256 for upload in uploads]
    return send(page, text, now=now, token=token, files=files)


def a_full_notice(people: People) -> tuple[NoticePage, Any]:
    """Return a notice with evidence, archives, an answered opinion with a file, one erased and one destroyed; and a receipt."""
    page = make_notice(now=PUBLISHED, proponent=people.company_a)
    receipt = send_with(page, TEXT, SimpleUploadedFile("测试人的信.pdf", LETTER))
    erased = send(page, ERASED_TEXT, now=PUBLISHED + DAY).opinion
    destroyed = send(page, DESTROYED, now=PUBLISHED + DAY).opinion
    paper = NewspaperInsertion(notice=page, newspaper="临汾日报", published_on=PUBLISHED.date())
    scan = SimpleUploadedFile("版面.pdf", make_pdf(["版面"]), content_type="application/pdf")
    file_evidence(evidence=paper, uploads=[scan], user=people.li, now=PUBLISHED + DAY)
    answer_opinions(
        opinions=[receipt.opinion],
        outcome=Outcome.ADOPTED,
        user=people.li,
        now=PUBLISHED + 2 * DAY,
        report_reference="第3章",
    )
    erase_commenter(opinion=erased, now=PUBLISHED + 3 * DAY)
    words = {"ground": DestructionGround.STATE_SECRET, "document": "第3号通知", "reason": "不宜公开的设施"}
    proposal = propose_destruction(opinion=destroyed, user=people.li, now=PUBLISHED + 3 * DAY, **words)
    confirm_destruction(proposal=proposal, user=people.op, now=PUBLISHED + 3 * DAY)
    make_archives(record_id=page.record.pk, now=PUBLISHED + 3 * DAY)
    return NoticePage.objects.get(pk=page.pk), receipt


def seal(page: NoticePage, target: Path, key: Path, user: Any, **fields: Any) -> Any:
    values = {"basis": AccessBasis.EXCEPTION, "purpose": PURPOSE, "now": CLOSED, **fields}
    record = NoticeRecord.objects.get(page_id=page.pk)
    return seal_package(record=record, recipient=recipient_of(key), user=user, target=target, **values)


def head_of(code: str) -> str:
    return Chain.objects.get(key=f"notice:{code}").head


def empty_folder() -> None:
    shutil.rmtree(Path(content_storage().path("x")).parent, ignore_errors=True)


def stored_files() -> list[Path]:
    return [path for path in Path(content_storage().path("x")).parent.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def made() -> dict[str, Kept]:
    """What the first test of this module has sealed, for the others."""
    return {}


@pytest.fixture
def kept(made: dict[str, Kept], tmp_path: Path, tmp_path_factory: Any, settings: Any) -> Kept:
    """Return a notice sealed in a portal that is no more: rows, keys, files and master keys are gone."""
    empty_folder()
    if not made:
        made["kept"] = seal_in_a_portal_that_passes(tmp_path_factory.mktemp("elsewhere"))
    empty_folder()
    settings.MASTER_KEYS_FILE = tmp_path / "other-master.keys"
    assert nothing_was_written()
    return made["kept"]


def seal_in_a_portal_that_passes(folder: Path) -> Kept:
    key, target = folder / "archive.key", folder / "包.tar.age"
    call_command("new_archive_key", str(key), stdout=StringIO())
    with transaction.atomic(), transaction.atomic(using="keys"):
        people = make_people()
        page, receipt = a_full_notice(people)
        sealed = seal(page, target, key, people.op)
        code = page.record.code
        last = Entry.objects.filter(chain__key=f"notice:{code}").latest("position")
        assert (last.act, last.previous) == ("exported", sealed.head)
        html = Client().get(f"/n/{code}/").content.decode()
        report = page.attachments.get().sha256
        number = receipt.opinion.number
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    return Kept(target, key, code, sealed.head, number, receipt.code, report, html)


def restore(kept: Kept, *options: str, key: Path | None = None, package: Path | None = None) -> str:
    out = StringIO()
    path = str(package or kept.package)
    call_command("restore_package", path, "--key", str(key or kept.key), *options, stdout=out)
    return out.getvalue()


def faults(code: str) -> list[str]:
    _roots, report = verify_ledger(codes=[code], with_files=True)
    return [fault.text for fault in report.faults]


def plain_tar(package: Path, key: Path) -> bytes:
    with package.open("rb") as source, opened_with(read_identity(key), source) as plain:
        return plain.read()


def nothing_was_written() -> bool:
    return not (
        NoticeRecord.objects.exists()
        or Chain.objects.exists()
        or ProponentPage.objects.exists()
        or get_user_model().objects.filter(username="li").exists()
        or DataKey.objects.using("keys").filter(purpose="commenter").exists()
        or stored_files()
    )


class TestARestoredNotice:
    def test_has_the_head_of_before_its_export_and_everything_checks(self, kept: Kept) -> None:
        said = restore(kept)
        assert head_of(kept.code) == kept.head
        assert kept.head in said
        assert "台账、数据和文件核对一致。" in said
        assert faults(kept.code) == []
        assert not ExportRecord.objects.filter(format=SEALED_FORMAT).exists()
        assert (ArchiveFile.objects.count(), EvidenceFile.objects.count()) == (1, 1)

    def test_opens_receipts_with_their_number_and_code(self, kept: Kept) -> None:
        restore(kept)
        shown = Client().post(reverse("receipt_lookup"), {"number": kept.number, "code": kept.lookup})
        assert TEXT in shown.content.decode()
        wrong = Client().post(reverse("receipt_lookup"), {"number": kept.number, "code": "000000000000"})
        assert TEXT not in wrong.content.decode()

    def test_shows_page_two_and_files_to_who_may_read_them_under_new_master_keys(self, kept: Kept) -> None:
        restore(kept)
        operator = a_new_operator()
        opinion = Opinion.objects.get(number=kept.number)
        why: dict[str, Any] = {"basis": AccessBasis.EXCEPTION, "reason": "核对恢复结果", "now": CLOSED}
        (page_two,) = read_contacts(opinions=[opinion], user=operator, **why).values()
        assert page_two is not None
        assert (page_two.name, page_two.contact) == (PERSON.name, PERSON.contact)
        assert hand_out_original(file=opinion.files.get(), user=operator, **why).data == LETTER

    def test_is_public_as_before_and_found_by_the_search(
        self, kept: Kept, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            restore(kept)
        assert Client().get(f"/n/{kept.code}/").content.decode() == kept.html
        found = Client().get("/search/", {"q": "矸石分层填埋"}).content.decode()
        assert kept.code in found or "清水沟矿区生态修复项目" in found

    def test_goes_on_numbering_and_its_chain_goes_on(self, kept: Kept) -> None:
        restore(kept)
        page = NoticePage.objects.get(record__code=kept.code)
        opinion = send(page, "再提一条意见。", now=PUBLISHED + 4 * DAY).opinion
        assert (opinion.sequence, opinion.ledger_entry.previous) == (4, kept.head)
        assert faults(kept.code) == []

    def test_keeps_erased_what_was_erased_and_destroyed_what_was_destroyed(self, kept: Kept) -> None:
        content = plain_tar(kept.package, kept.key)
        assert TEXT.encode() in content
        assert DESTROYED.encode() not in content
        restore(kept)
        second, third = Opinion.objects.filter(sequence__gt=1).order_by("sequence")
        assert second.commenter.sealed is None
        gone = DataKey.objects.using("keys").get(pk=second.commenter.key_id)
        assert (gone.wrapped, gone.destroyed_at is None) == (None, False)
        assert third.page_one_salt is None

    def test_fits_between_notices_that_have_its_keys(self, kept: Kept) -> None:
        people = make_people()
        other = make_notice(now=PUBLISHED, proponent=people.company_b, project_name="远山选矿项目")
        send_with(other, "请监测噪声。", SimpleUploadedFile("信.pdf", make_pdf(["别的信"])))
        places = set(other.places.values_list("pk", "village"))
        restore(kept)
        assert faults(kept.code) == []
        assert faults(other.record.code) == []
        page = NoticePage.objects.get(record__code=kept.code)
        wording = page.record.revision.as_object()
        assert {row.pk for row in wording.places.all()} == set(page.places.values_list("pk", flat=True))
        assert set(other.places.values_list("pk", "village")) == places
        assert page.get_parent().title == people.company_a.title
        assert Page.find_problems() == ([], [], [], [], [])
        assert Client().get(f"/n/{kept.code}/").status_code == 200

    def test_brings_accounts_without_password_roles_or_life(self, kept: Kept) -> None:
        mine = get_user_model().objects.create_user("op", password="op")
        restore(kept)
        li = get_user_model().objects.get(username="li")
        assert (li.is_active, li.has_usable_password(), li.groups.count(), li.email) == (False, False, 0, "")
        assert NoticeRecord.objects.get(code=kept.code).page.get_parent().specific.group.user_set.count() == 0
        mine.refresh_from_db()
        assert mine.is_active
        assert ContactAccess.objects.get(opinions__number=kept.number).read_by == mine

    def test_shares_its_project_with_another_round_and_keeps_what_stands_there(
        self, tmp_path: Path, key: Path
    ) -> None:
        empty_folder()
        with transaction.atomic(), transaction.atomic(using="keys"):
            people = make_people()
            pages = [make_notice(now=PUBLISHED + n * DAY, proponent=people.company_a) for n in (0, 1)]
            paths = [tmp_path / f"{n}.age" for n in (0, 1)]
            statement = Statement.objects.create(project=Project.objects.get(), overview="第一稿")
            seal(pages[0], paths[0], key, people.op)
            Statement.objects.filter(pk=statement.pk).update(overview="第二稿")
            seal(pages[1], paths[1], key, people.op)
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
        out = StringIO()
        for path in reversed(paths):
            call_command("restore_package", str(path), "--key", str(key), stdout=out)
        assert (Project.objects.count(), NoticeRecord.objects.count()) == (1, 2)
        assert Project.objects.get().divisions.count() == 1
        assert Statement.objects.get().overview == "第二稿"
        assert "项目的公众参与说明和本平台不同，保留本平台的。" in out.getvalue()

    def test_comes_after_the_notice_that_took_its_place(self, tmp_path: Path, key: Path) -> None:
        empty_folder()
        with transaction.atomic(), transaction.atomic(using="keys"):
            people = make_people()
            old, new = (make_notice(now=PUBLISHED + n * DAY, proponent=people.company_a) for n in (0, 1))
            NoticeRecord.objects.filter(page=old).update(
                stage=NoticeStage.SUPERSEDED, superseded_by=new.record
            )
            for page in (old, new):
                seal(page, tmp_path / f"{page.record.code}.age", key, people.op)
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
        first, second = (tmp_path / f"{page.record.code}.age" for page in (old, new))
        with pytest.raises(CommandError, match=f"已被公示 {new.record.code} 取代，请先恢复那一份"):
            call_command("restore_package", str(first), "--key", str(key), stdout=StringIO())
        for path in (second, first):
            call_command("restore_package", str(path), "--key", str(key), stdout=StringIO())
        assert new.record.code in Client().get(f"/n/{old.record.code}/").content.decode()


def a_new_operator() -> Any:
    """Return an operator of the portal in which the notice was restored."""
    user = get_user_model().objects.create_user("new-op", password="x")
    user.groups.add(Group.objects.get(name=OPERATOR_GROUP))
    return user


class TestNothingIsWritten:
    def test_by_a_dry_run(self, kept: Kept) -> None:
        assert "可以恢复公示" in restore(kept, "--dry-run")
        assert nothing_was_written()

    def test_with_a_wrong_key(self, kept: Kept, tmp_path: Path) -> None:
        call_command("new_archive_key", str(tmp_path / "wrong.key"), stdout=StringIO())
        with pytest.raises(CommandError, match="密钥打不开"):
            restore(kept, key=tmp_path / "wrong.key")
        assert nothing_was_written()

    @pytest.mark.parametrize("where", [0.02, 0.5, 0.98])
    def test_with_one_flipped_byte(self, kept: Kept, tmp_path: Path, where: float) -> None:
        content = bytearray(kept.package.read_bytes())
        content[int(len(content) * where)] ^= 1
        damaged = tmp_path / "damaged.age"
        damaged.write_bytes(content)
        with pytest.raises(CommandError, match="损坏"):
            restore(kept, package=damaged)
        assert nothing_was_written()

    def test_with_half_a_file_or_another_file(self, kept: Kept, tmp_path: Path) -> None:
        cut, other = tmp_path / "cut.age", tmp_path / "other.zip"
        cut.write_bytes(kept.package.read_bytes()[: kept.package.stat().st_size // 2])
        other.write_bytes(b"PK\x03\x04" + bytes(100))
        with pytest.raises(CommandError, match="损坏或者不完整"):
            restore(kept, package=cut)
        with pytest.raises(CommandError, match="不是密封存档包"):
            restore(kept, package=other)
        assert nothing_was_written()

    def test_over_a_notice_that_is_there(self, kept: Kept) -> None:
        restore(kept)
        rows = Opinion.objects.count()
        with pytest.raises(CommandError, match=f"已有公示码为 {kept.code}"):
            restore(kept)
        assert (Opinion.objects.count(), head_of(kept.code)) == (rows, kept.head)

    def test_when_the_rows_do_not_go_in_and_the_restore_can_be_repeated(
        self, kept: Kept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(*args: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("notices.archive.sealed.restoring._check_chain", killed)
            with pytest.raises(KeyboardInterrupt):
                restore(kept)
        assert not NoticeRecord.objects.exists()
        assert not DataKey.objects.using("keys").filter(purpose="commenter").exists()
        half = next(path for path in stored_files() if kept.report in path.name)
        half.write_bytes(half.read_bytes()[:100])
        restore(kept)
        assert faults(kept.code) == []


class TestWhoAndWhatIsRecorded:
    def test_operator_by_exception_and_authority_after_submission_and_nobody_else(self) -> None:
        people = make_people()
        page = make_notice(now=PUBLISHED, proponent=people.company_a)
        record = NoticeRecord.objects.get(page_id=page.pk)

        def offered(user: Any) -> list[AccessBasis]:
            fresh = NoticeRecord.objects.select_related("page__project").get(pk=record.pk)
            return offered_bases(user, fresh, now=CLOSED)

        assert offered(people.op) == [AccessBasis.EXCEPTION]
        nobody = (people.li, people.zhao, people.rival, people.guan, people.outsider, people.stranger)
        assert [offered(user) for user in nobody] == [[]] * len(nobody)
        Project.objects.update(approval_authority=people.office)
        assert offered(people.guan) == [AccessBasis.REQUEST]
        Project.objects.update(submitted_on=CLOSED.date())
        assert offered(people.guan) == [AccessBasis.REVIEW, AccessBasis.REQUEST]

    def test_access_and_export_are_in_the_registers_and_in_the_ledger(
        self, tmp_path: Path, key: Path
    ) -> None:
        people = make_people()
        page, _receipt = a_full_notice(people)
        made = seal(page, tmp_path / "a.age", key, people.op)
        access = ContactAccess.objects.get()
        assert (access.read_by, access.reason, access.basis) == (people.op, PURPOSE, AccessBasis.EXCEPTION)
        assert access.opinions.count() == 2  # the third was erased
        assert FileAccess.objects.filter(original=True, read_by=people.op, reason=PURPOSE).count() == 1
        export = ExportRecord.objects.get()
        assert (export.sha256, export.purpose, recipient_of(key) in export.scope) == (
            made.sha256,
            PURPOSE,
            True,
        )
        acts = list(Entry.objects.order_by("position").values_list("act", "role", "payload"))[-3:]
        assert [act for act, _role, _payload in acts] == ["contacts_read", "original_read", "exported"]
        assert {role for _act, role, _payload in acts} == {"operator"}
        assert acts[-1][2]["kind"] == "sealed"
        shown = Client().get(f"/ledger/{page.record.code}/").content.decode()
        assert "密封存档包，含公众信息" in shown
        assert "age1" not in shown

    @pytest.mark.parametrize(
        ("fields", "refused"),
        [({"purpose": " "}, ValidationError), ({"basis": AccessBasis.REVIEW}, PermissionDenied)],
    )
    def test_without_purpose_or_ground_there_is_neither_file_nor_record(
        self, tmp_path: Path, key: Path, fields: dict[str, Any], refused: type[Exception]
    ) -> None:
        people = make_people()
        page = make_notice(now=PUBLISHED, proponent=people.company_a)
        with pytest.raises(refused):
            seal(page, tmp_path / "a.age", key, people.op, **fields)
        assert not (tmp_path / "a.age").exists()
        assert not ExportRecord.objects.exists()

    def test_nothing_plain_of_page_two_lies_in_the_file_nor_beside_it(self, kept: Kept) -> None:
        secrets = [word.encode() for word in (PERSON.name, PERSON.contact, "测试人的信", TEXT, kept.code)]
        content = kept.package.read_bytes()
        assert [word for word in secrets if word in content] == []
        inside = plain_tar(kept.package, kept.key)
        assert [word for word in secrets[:3] if word in inside] == []
        assert kept.package.stat().st_mode & 0o777 == 0o600
        assert kept.key.stat().st_mode & 0o777 == 0o600
        assert {path.name for path in kept.package.parent.iterdir()} == {"包.tar.age", "archive.key"}

    def test_a_lost_file_is_named_and_the_rest_comes_back(self, tmp_path: Path, key: Path) -> None:
        empty_folder()
        with transaction.atomic(), transaction.atomic(using="keys"):
            people = make_people()
            page, _receipt = a_full_notice(people)
            lost = page.attachments.get().file.name
            content_storage().delete(lost)
            assert seal(page, tmp_path / "a.age", key, people.op).lacking == (lost,)
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
        empty_folder()
        out = StringIO()
        with pytest.raises(CommandError, match="已经恢复"):
            call_command("restore_package", str(tmp_path / "a.age"), "--key", str(key), stdout=out)
        assert f"缺 {lost}" in out.getvalue()
        assert NoticeRecord.objects.count() == 1


class TestTheForm:
    def test_it_makes_the_package_in_the_background_for_who_may(
        self, key: Path, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        people = make_people()
        page, _receipt = a_full_notice(people)
        url = reverse("notice_sealed_package", args=[page.record.pk])
        client = Client()
        client.force_login(people.op)
        assert url in client.get(reverse("notice_package", args=[page.record.pk])).content.decode()
        wrong = client.post(url, {"basis": "exception", "purpose": PURPOSE, "recipient": "age1x"})
        assert "收件公钥不对" in wrong.content.decode()
        fields = {"basis": "exception", "purpose": PURPOSE, "recipient": f" {recipient_of(key)} "}
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url, fields)
        job = Job.objects.get()
        assert job.state == "done", job.message
        sent = client.get(reverse("export_job_file", args=[job.pk]))
        content = b"".join(sent.streaming_content)  # type: ignore[attr-defined]
        with (
            opened_with(read_identity(key), BytesIO(content)) as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            assert tar.next().name == "sealed.json"
        assert PURPOSE in client.get(url).content.decode()

    def test_nobody_else_sees_button_or_page(self) -> None:
        people = make_people()
        page = make_notice(now=PUBLISHED, proponent=people.company_a)
        url = reverse("notice_sealed_package", args=[page.record.pk])
        for user in (people.li, people.zhao, people.guan):
            client = Client()
            client.force_login(user)
            assert url not in client.get(reverse("notice_package", args=[page.record.pk])).content.decode()
        for user in (people.li, people.zhao, people.rival, people.guan, people.outsider):
            client = Client()
            client.force_login(user)
            assert client.get(url).status_code in (302, 403)
            assert client.post(url, {"basis": "exception"}).status_code in (302, 403)
        assert Client().get(url).status_code == 302


def test_every_model_of_a_notice_is_either_in_the_package_or_left_out_for_a_reason() -> None:
    ours = (
        "notices",
        "ledger",
        "outbox",
        "opinions",
        "subscriptions",
        "exports",
        "archive",
        "search",
        "portal",
        "wagtailcore",
    )
    inside = {apps.get_model(label) for label in BY_LABEL} | {Project}
    forgotten = [
        model._meta.label_lower
        for model in apps.get_models()
        if model._meta.app_label in ours
        and model._meta.label_lower not in {*BY_LABEL, *LEFT_OUT}
        and not issubclass(model, Page)
        and any(field.related_model in inside for field in model._meta.get_fields() if field.concrete)
    ]
    assert forgotten == []
    assert not set(BY_LABEL) & set(LEFT_OUT)
    assert all(apps.get_model(label) for label in LEFT_OUT)


CHILD = """
import django; django.setup()
from django.core.management import call_command
from portal.bootstrap import bootstrap
bootstrap()
call_command("restore_package", {package!r}, "--key", {key!r})
call_command("verify_ledger", {code!r}, "--files")
"""


def test_a_portal_of_its_own_restores_the_notice(kept: Kept, tmp_path: Path) -> None:
    """In another process, with another data folder, database, key store and master keys."""
    data = tmp_path / "data"
    (data / "keys").mkdir(parents=True)
    # A migrated portal: migrating anew would take half a minute.
    databases = hand_out(data)
    script = CHILD.format(package=str(kept.package), key=str(kept.key), code=kept.code)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "PORTAL_DATA": str(data),
        "PYTHONUTF8": "1",
        **databases,
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert kept.head in done.stdout
    assert "核对一致" in done.stdout
