"""Making an archive package (存档包, Art. 28) and recording that it was taken."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.archive.packages import verify
from notices.archive.packages.bag import PAYLOAD, BagWriter
from notices.archive.packages.contents import Asked, Gaps, Item, Lacking, LackingError, Part
from notices.archive.packages.parts import CHECKED_FILES, PARTS
from notices.archive.packages.records import json_page
from notices.archive.services import ArchiveLostError, make_archives
from notices.archive.volumes.making import make_volumes
from notices.capacity import ledger_role
from notices.exports.models import ExportRecord, Profile
from notices.exports.services import profile_for
from notices.ledger import verify as ledger_verify
from notices.ledger.models import Chain
from notices.models import NoticePage, NoticeRecord, NoticeStage
from notices.opinions.feedback import awaits_answer
from notices.opinions.models import Opinion
from notices.printing import PrintingFaultError, PrintingUnavailable, UnprintableTextError
from notices.record_language import in_chinese
from notices.selectors import window_is_over
from notices.services import chain_key, write_entry
from notices.statutory.facts import NoticeKind

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
STAFF_PROFILES = (Profile.BUREAU, Profile.PROPONENT)
PACKAGE_FORMAT = "zip"  # in the record of exports, beside the formats of tables
_KIB = 1024  # progress is told in kibibytes: a few gigabytes still fit into a column of whole numbers
_PURPOSE_LIMIT = 200  # as the record of exports keeps it
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class MadePackage:
    """A finished package: where it lies, its SHA-256 and size in bytes, what it lacks, and its record."""

    path: Path
    sha256: str
    size: int
    lacking: tuple[str, ...]
    unfinished: tuple[str, ...]
    record: ExportRecord


def may_have_package(user: Any, notice: NoticePage) -> bool:
    """Whether the person may take the package of a notice: operator, officer of its division, its proponent's people."""
    try:
        return profile_for(user, notice) in STAFF_PROFILES and notice.record.stage != NoticeStage.DRAFT
    except PermissionDenied:
        return False


def unfinished_because(record: NoticeRecord, *, now: datetime) -> list[str]:
    """Return why the participation is not finished, nothing when it is; a package is made all the same and says so."""
    reasons = []
    if record.page.kind == NoticeKind.DRAFT_REPORT and not window_is_over(record, now=now):
        reasons.append(_("征求意见还没有截止"))
    waiting = Opinion.objects.filter(awaits_answer(), notice_id=record.page_id).count()
    if waiting:
        reasons.append(_("还有 %(count)s 条意见没有答复") % {"count": waiting})
    return reasons


@in_chinese
def package_name(record: NoticeRecord, *, unfinished: bool, now: datetime) -> str:
    """Return the file name of a package."""
    stamp = _("-未完成") if unfinished else ""
    return f"存档包-{record.code}{stamp}-{timezone.localtime(now):%Y%m%d}.zip"


def make_package(
    *,
    record: NoticeRecord,
    profile: Profile,
    user: Any,
    purpose: str,
    now: datetime,
    target: Path,
    progress: Progress = lambda done, total: None,
) -> MadePackage:
    """Write the package of a notice to ``target``, record it as an export and enter it in the notice's ledger.

    1. archives and volumes that are still missing are made, 2. the length of the chain is noted, 3. every part streams into the ZIP, the
    ledger last, 4. manifests, 5. the record with the SHA-256 of the whole. ``user`` is None at the server's console. Nothing
    stays at ``target`` when it fails. Raises PermissionDenied, ValidationError without purpose, with one
    that is too long, or for a draft, OSError.
    """
    if user is not None and profile_for(user, record.page) != profile:
        raise PermissionDenied
    if not purpose.strip():
        raise ValidationError(_("请写明导出用途。"))
    if len(purpose.strip()) > _PURPOSE_LIMIT:
        words = _("导出用途不能超过 %(limit)s 个字，请缩短。")
        raise ValidationError(words, params={"limit": _PURPOSE_LIMIT})
    if record.stage == NoticeStage.DRAFT:
        raise ValidationError(_("公示还是草稿，没有可以存档的内容。"))
    _make_what_is_due(record, now)
    chain = Chain.objects.get(key=chain_key(record))
    asked = Asked(record, profile, user, purpose.strip(), now, as_of=chain.length)
    unfinished = unfinished_because(record, now=now)
    with target.open("x+b") as handle:
        try:
            gaps = _write_bag(handle, asked, unfinished, progress)
            handle.seek(0)
            digest, size = file_digest(handle, "sha256").hexdigest(), target.stat().st_size
            export = _record(asked, digest)
        except BaseException:
            target.unlink()
            raise
    return MadePackage(target, digest, size, tuple(gaps.lines()), tuple(unfinished), export)


@in_chinese
def _write_bag(handle: IO[bytes], asked: Asked, unfinished: list[str], progress: Progress) -> Gaps:
    bag = BagWriter(handle, folder=f"archive-{asked.record.code}")
    try:
        gaps = _write_parts(bag, asked, PARTS, progress)
        _write_words(bag, asked, gaps, unfinished)
    except BaseException:
        bag.abandon()
        raise
    handle.flush()
    return gaps


def _make_what_is_due(record: NoticeRecord, now: datetime) -> None:
    """Make archives and volumes that are still missing; what cannot be made now is named in the package as lacking."""
    if record.published_at is None:
        return
    for make in (make_archives, make_volumes):
        try:
            make(record_id=record.pk, now=now)
        except (PrintingUnavailable, UnprintableTextError, PrintingFaultError, ArchiveLostError) as error:
            logger.warning("%s of notice %s for its package: %s", make.__name__, record.code, error)


def _write_parts(bag: BagWriter, asked: Asked, parts: tuple[Part, ...], progress: Progress) -> Gaps:
    """Stream every part into the bag; return what is lacking."""
    gaps = Gaps()
    contents = [(part.folder, list(part.contents(asked))) for part in parts]
    items = [thing for _folder, things in contents for thing in things if isinstance(thing, Item)]
    total, done = sum(item.size or 0 for item in items), 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        progress(min(done, total) // _KIB, total // _KIB)

    for folder, things in contents:
        for thing in things:
            if isinstance(thing, Lacking):
                gaps.add(folder, thing.words)
            elif words := _write_item(bag, folder, thing, told):
                gaps.add(folder, words)
    for folder, words_of in gaps.by_folder.items():
        content = "".join(f"缺：{words}\r\n" for words in words_of)
        _write_item(bag, folder, _text("缺.txt", content), told)
    return gaps


def _write_item(bag: BagWriter, folder: str, item: Item, told: Callable[[int], None]) -> str:
    """Write a file; return why it is lacking, empty when it is there."""
    try:
        source = item.open()
    except LackingError as error:
        return str(error)
    except OSError:
        logger.exception("a file of a package is gone: %s", folder)
        return _("文件 %(name)s 读不到，请从备份恢复后重新制作。") % {"name": item.path}
    with source:
        bag.add(f"{folder}/{item.path}", source, size=item.size, told=told)
    return ""


def _text(path: str, content: str) -> Item:
    return Item(path, lambda: BytesIO(f"{_BOM}{content}".encode()))


def _write_words(bag: BagWriter, asked: Asked, gaps: Gaps, unfinished: list[str]) -> None:
    """Write what the package says of itself, the scripts and the manifests."""
    facts = _facts(asked, gaps, unfinished)
    bag.add(verify.FACTS.removeprefix(PAYLOAD), BytesIO(json_page(facts)))
    words = render_to_string(
        "archive/package_readme.txt",
        {"facts": facts, "record": asked.record, "page": asked.record.page, "asked": asked, "parts": PARTS},
    )
    bag.add_tag("说明.txt", (_BOM + words.strip().replace("\n", "\r\n") + "\r\n").encode())
    bag.add_tag("verify.py", Path(verify.__file__).read_bytes())
    bag.add_tag("ledger_verify.py", Path(ledger_verify.__file__).read_bytes())
    bag.finish(
        {
            "Source-Organization": settings.WAGTAIL_SITE_NAME,
            "External-Identifier": asked.record.code,
            "External-Description": " ".join(asked.record.page.project_name.split()),
            "Internal-Sender-Description": "；".join(unfinished) if unfinished else _("公众参与已完成"),
            "Bagging-Date": f"{timezone.localtime(asked.now):%Y-%m-%d}",
        }
    )


def _facts(asked: Asked, gaps: Gaps, unfinished: list[str]) -> dict[str, Any]:
    record, page = asked.record, asked.record.page
    path = reverse("notice_ledger", args=[record.code])
    days = {name: getattr(record, name) for name in ("published_on", "first_day", "last_day")}
    return {
        "format": verify.FORMAT,
        "code": record.code,
        "project": page.project_name,
        "proponent": page.proponent_name,
        "kind": page.kind,
        "demo": record.demo,
        "version": record.version,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "calendar": record.calendar_version,
        "rules": record.rule_set,
        "terms": record.term_set,
        "profile": str(asked.profile),
        "made_at": timezone.localtime(asked.now).isoformat(timespec="seconds"),
        "chain": chain_key(record),
        "as_of": asked.as_of,
        "ledger_url": f"{settings.WAGTAILADMIN_BASE_URL}{path}",
        "unfinished": unfinished,
        "lacking": gaps.lines(),
        **{name: PAYLOAD + where for name, where in CHECKED_FILES.items()},
    }


def _record(asked: Asked, digest: str) -> ExportRecord:
    """Record the export; its entry in the ledger is the first one that the package does not hold."""
    rows = Opinion.objects.filter(notice_id=asked.record.page_id).count()
    payload = {"profile": str(asked.profile), "format": PACKAGE_FORMAT, "rows": rows, "sha256": digest}
    with transaction.atomic():
        export = ExportRecord.objects.create(
            notice=asked.record.page,
            profile=asked.profile,
            format=PACKAGE_FORMAT,
            purpose=asked.purpose,
            rows=rows,
            sha256=digest,
            made_by=asked.user,
            made_at=asked.now,
        )
        role = ledger_role(asked.user) if asked.user else "portal"
        write_entry(
            record=asked.record, act="exported", role=role, now=asked.now, payload=payload, user=asked.user
        )
    return export
