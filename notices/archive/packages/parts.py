"""The folders of a package, in the order of the archive of Art. 28 (domain file 7.4), each with what fills it.

A part is a generator over what is asked: it yields files and says what is lacking; nothing is invented for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notices.archive.models import ArchiveKind, StatementFile
from notices.archive.packages import records
from notices.archive.packages.contents import Asked, Item, Lacking, LackingError, Part, numbered, stored
from notices.archive.packages.tables import write_table
from notices.archive.selectors import archives_of, certificates_of
from notices.archive.statement.building import latest_statement
from notices.archive.volumes.selectors import volumes_of
from notices.exports.models import ExportFormat
from notices.ledger.services import READ_AT_ONCE
from notices.models import Attachment, NoticeRecord, NoticeStage
from notices.opinions.file_access import hand_out, may_open_files
from notices.opinions.file_vault import FileDamagedError
from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import FileState, Opinion, OpinionFile
from notices.statutory.facts import NoticeKind

Contents = Iterator[Item | Lacking]
OPINIONS, HANDLING, LEDGER = "06_意见", "08_处理与反馈", "12_台账"
# Where the script looks; paths below the payload.
LEDGER_FILE, ROOTS_FILE = "ledger.json", "roots.jsonl"
OPINIONS_FILE, ANSWERS_FILE, REDACTIONS_FILE = "意见.jsonl", "答复.jsonl", "遮盖.jsonl"
CHECKED_FILES = {
    "ledger": f"{LEDGER}/{LEDGER_FILE}",
    "roots": f"{LEDGER}/{ROOTS_FILE}",
    "opinions": f"{OPINIONS}/{OPINIONS_FILE}",
    "answers": f"{HANDLING}/{ANSWERS_FILE}",
    "redactions": f"{OPINIONS}/{REDACTIONS_FILE}",
}
_NOT_DUE = {"otherchannels", "meetings"}  # ways that the law only encourages, or that a decision calls for


def made(path: str, pieces: Callable[[Asked], Iterable[bytes]], asked: Asked) -> Item:
    """Return a file that is written when its turn comes."""
    return Item(path, lambda: records.spooled(pieces(asked)))


def text(path: str, content: bytes) -> Item:
    """Return a small file that is there already."""
    return Item(path, lambda: BytesIO(content), len(content))


def contract(asked: Asked) -> Contents:
    """Yield nothing: the portal records the day of the contract and does not take the paper."""
    project = asked.record.page.project
    day = project.contracted_on if project else None
    said = (
        _("平台登记的确定编制单位日期为 %(day)s。") % {"day": day.isoformat()}
        if day
        else _("平台没有登记日期。")
    )
    yield Lacking(_("委托函或者合同由建设单位保存，平台没有收到。") + said)


def publication(kind: NoticeKind) -> Callable[[Asked], Contents]:
    """Return the part of one round: of the notice itself its files and archives, of other rounds where they are."""

    def contents(asked: Asked) -> Contents:
        if asked.record.page.kind == kind:
            yield from chain(_attachments(asked), _archives(asked))
        else:
            yield from _other_round(asked, kind)

    return contents


def _other_round(asked: Asked, kind: NoticeKind) -> Contents:
    project = asked.record.page.project
    others = (
        NoticeRecord.objects.filter(page__project=project, page__kind=kind)
        if project
        else NoticeRecord.objects.none()
    )
    codes = [row.code for row in others.exclude(stage=NoticeStage.DRAFT).order_by("published_on", "pk")]
    if codes:
        yield Lacking(
            _("这一轮在本平台另有公示，公示码 %(codes)s，各有存档包。") % {"codes": "、".join(codes)}
        )
    else:
        yield Lacking(_("这一轮没有在本平台公开，或者还没有公开。"))


def _attachments(asked: Asked) -> Contents:
    """Yield the files of all versions that were approved, and a list of them."""
    known = asked.record.page.attachments.filter(since_version__lte=max(asked.record.version, 1))
    rows: list[Attachment] = list(known.order_by("since_version", "kind", "id"))
    listed = []
    for number, row in enumerate(rows, start=1):
        path = f"附件/{numbered(number, row.file_name)}"
        listed.append(
            {
                "path": path,
                "kind": row.kind,
                "title": row.title,
                "file_name": row.file_name,
                "sha256": row.sha256,
                "since_version": row.since_version,
                "until_version": row.until_version,
                "redaction_note": row.redaction_note,
            }
        )
        yield stored(path, str(row.file.name), row.size)
    if rows:
        yield text("附件.json", records.json_page(listed))
    else:
        yield Lacking(_("公示没有附件。"))


def _archives(asked: Asked) -> Contents:
    for kind, rows in (
        (ArchiveKind.NOTICE, archives_of(asked.record)),
        (ArchiveKind.CERTIFICATE, certificates_of(asked.record)),
    ):
        for row in reversed(rows):
            yield stored(f"{kind.label}-v{row.version}.pdf", str(row.file.name), row.size)
        if not rows:
            yield Lacking(_("没有%(kind)s。") % {"kind": kind.label})


def evidence(*groups: tuple[str, str]) -> Callable[[Asked], Contents]:
    """Return the part of some kinds of evidence: relation of the notice and folder of each."""

    def contents(asked: Asked) -> Contents:
        listed = []
        for relation, folder in groups:
            rows = list(getattr(asked.record.page, relation).prefetch_related("files").order_by("pk"))
            for row in rows:
                files = [
                    (file, f"{folder}/{row.pk}-{numbered(number, file.file_name)}")
                    for number, file in enumerate(_files_of(row), start=1)
                ]
                listed.append(records.evidence_record(row, files))
                yield from (stored(path, str(file.file.name), file.size) for file, path in files)
            if not rows and relation not in _NOT_DUE and asked.record.page.kind == NoticeKind.DRAFT_REPORT:
                yield Lacking(_("没有登记%(folder)s。") % {"folder": folder})
        if listed:
            yield text("记录.json", records.json_page(listed))

    return contents


def _files_of(row: Any) -> Iterable[Any]:
    return [*row.files.all(), *(row.minutes_files.all() if hasattr(row, "minutes_files") else ())]


def opinions(asked: Asked) -> Contents:
    """Yield page one of the opinions as tables and as data, and their files as this person may open them."""
    for export_format in (ExportFormat.XLSX, ExportFormat.CSV):
        yield Item(f"意见汇总表.{export_format}", lambda wanted=export_format: _table(asked, wanted))  # type: ignore[misc]
    yield made(OPINIONS_FILE, records.opinion_lines, asked)
    yield made(REDACTIONS_FILE, records.redaction_lines, asked)
    yield from volumes(asked)
    yield from _opinion_files(asked)


def volumes(asked: Asked) -> Contents:
    """Yield the PDF volumes in force; say so where opinions stand in none."""
    made_volumes = volumes_of(asked.record)
    for volume in made_volumes:
        yield stored(f"卷册/第{volume.number}册.pdf", str(volume.file.name), volume.size)
    last = made_volumes[-1].last_sequence if made_volumes else 0
    if Opinion.objects.filter(notice_id=asked.record.page_id, sequence__gt=last).exists():
        yield Lacking(_("意见卷册（PDF）不全，或者还没有生成。"))


def _table(asked: Asked, export_format: ExportFormat) -> IO[bytes]:
    handle: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by whoever reads it
    write_table(asked, export_format, handle)
    handle.seek(0)
    return handle


def _opinion_files(asked: Asked) -> Contents:
    rows = OpinionFile.objects.filter(opinion__notice_id=asked.record.page_id, state=FileState.COMMITTED)
    first = Opinion.objects.filter(notice_id=asked.record.page_id).first()
    if not rows.exists() or first is None:
        return
    if asked.user is None or not may_open_files(asked.user, first):
        yield Lacking(
            _(
                "意见的附件可能显示身份，只给答复意见的建设单位和审批机关；这份存档包由其他身份制作，不含附件。"
            )
        )
        return
    yield from (_opinion_file(asked, row) for row in _by_opinion(rows))


def _by_opinion(rows: QuerySet[OpinionFile]) -> Iterator[OpinionFile]:
    """Yield what names each file; the items of a package are all listed first, and texts would fill the memory."""
    named = rows.select_related("opinion").only("opinion", "content_type", "size", "opinion__number")
    yield from named.order_by("opinion__sequence", "pk").iterator(chunk_size=READ_AT_ONCE)


def _opinion_file(asked: Asked, row: OpinionFile) -> Item:
    suffix = "jpg" if row.is_picture else row.kind.lower()
    assert row.opinion is not None
    words, key = {"number": row.opinion.number}, row.pk

    def opened() -> IO[bytes]:
        try:
            file = OpinionFile.objects.select_related("opinion__notice__record").get(pk=key)
            return BytesIO(hand_out(file=file, user=asked.user, now=asked.now).data)
        except KeyMissingError:
            raise LackingError(_("意见 %(number)s 的一个附件已依法删除。") % words) from None
        except ValidationError:
            raise LackingError(_("意见 %(number)s 的一个附件由本人要求限制使用。") % words) from None
        except (FileDamagedError, PermissionDenied):
            raise LackingError(_("意见 %(number)s 的一个附件读不出来，请从备份恢复。") % words) from None

    return Item(f"附件/{row.opinion.number}-{row.pk}.{suffix}", opened, row.size)


def page_two(asked: Asked) -> Contents:
    """Yield nothing: who wrote an opinion is in no ordinary package."""
    yield Lacking(_("公众信息（姓名、联系方式等）不在存档包中，只有法定事由下可以在平台查阅。"))


def handling(asked: Asked) -> Contents:
    """Yield answers and how they were told."""
    yield made(ANSWERS_FILE, records.answer_lines, asked)
    yield made("反馈.jsonl", records.feedback_lines, asked)


def depth(asked: Asked) -> Contents:
    """Yield the decisions on in-depth participation and what its meetings left behind."""
    decisions = list(asked.record.depth_decisions.all())
    if decisions:
        yield text("决定.json", records.json_page([records.plain_fields(row) for row in decisions]))
    else:
        yield Lacking(_("没有记录是否召开座谈会、听证会或者专家论证会。"))
    yield from evidence(("meetings", "会议"))(asked)


def statement(asked: Asked) -> Contents:
    """Yield the statement made last, as Word file and PDF, and the papers filed with it."""
    project = asked.record.page.project
    build = latest_statement(project) if project else None
    if build is None:
        yield Lacking(_("还没有生成公众参与说明。"))
    else:
        yield stored("公众参与说明.docx", str(build.docx.name), build.docx_size)
        yield stored("公众参与说明.pdf", str(build.pdf.name), build.pdf_size)
    papers = StatementFile.objects.filter(project=project) if project else StatementFile.objects.none()
    for number, paper in enumerate(papers, start=1):
        name = numbered(number, f"{paper.get_kind_display()}_{paper.file_name}")
        yield stored(name, str(paper.file.name), paper.size)


def ledger(asked: Asked) -> Contents:
    """Yield the ledger, read after everything else, the daily roots and their time stamps."""
    yield Item(LEDGER_FILE, lambda: records.ledger_of(asked))
    yield Item(ROOTS_FILE, records.roots)
    stamps = 0
    for root in records.stamped_roots():
        stamps += 1
        yield text(f"时间戳/{root.day.isoformat()}.tsr", bytes(root.token or b""))
    if not stamps:
        yield Lacking(_("每日根没有时间戳，平台没有设置时间戳服务。"))


# The ledger comes last: whatever was read before it is entered in it.
PARTS: tuple[Part, ...] = (
    Part("01_委托函或合同日期证明", contract),
    Part("02_首次公开", publication(NoticeKind.FIRST_ROUND)),
    Part("03_征求意见稿", publication(NoticeKind.DRAFT_REPORT)),
    Part(
        "04_网络报纸张贴证据",
        evidence(("newspaperinsertions", "报纸"), ("sitepostings", "张贴"), ("otherchannels", "其他渠道")),
    ),
    Part("05_查阅登记", evidence(("paperviewings", "查阅"))),
    Part(OPINIONS, opinions),
    Part("07_公众信息", page_two),
    Part(HANDLING, handling),
    Part("09_深度参与", depth),
    Part("10_公众参与说明", statement),
    Part("11_报批前公开", publication(NoticeKind.PRE_APPROVAL)),
    Part(LEDGER, ledger),
)
