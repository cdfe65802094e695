"""Restoring a notice from its sealed package: files and keys first, then every row in one transaction.

A restore that was killed is simply repeated: files lie under their hashes, keys under their ids, and rows were not there yet.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import Page

from notices import signals
from notices.archive.sealed.contents import BY_LABEL, ROWS
from notices.archive.sealed.hashing import Hashed, is_by_hash
from notices.archive.sealed.reading import Contents, RestoreRefusedError, read_package, refuse_unfit
from notices.archive.sealed.renaming import PAGE, Renaming
from notices.archive.sealed.surroundings import Surroundings, find_or_make
from notices.ledger.models import Chain
from notices.ledger.services import Fault, walk
from notices.models import NoticeRecord, Project, ProponentPage
from notices.models.attachments import content_storage
from notices.opinions.key_transfer import give_back, take_keys, take_lookup_secrets

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, or would be: facts of the package, rows by model, files lacking since it was made.

    ``destroyed_here`` counts keys of page two and files that this portal has destroyed: they stay destroyed. ``differing``
    names what stands otherwise here of a project that was here already: that is kept.
    """

    facts: dict[str, Any]
    rows: dict[str, int]
    files: int
    lacking: tuple[str, ...]
    destroyed_here: int = 0
    differing: tuple[str, ...] = ()


def restore_package(*, path: Path, identity: str, now: datetime, dry_run: bool = False) -> Restored:
    """Restore a notice with the ledger head that its package names.

    1. the package is read to its end, 2. it is looked at whether it fits, 3. files and keys are written, 4. all rows in one
    transaction, whose chain must hold up to that head, 5. the search hears of it. Raises RestoreRefusedError; nothing of the
    notice is to be seen then.
    """
    contents = read_package(path, identity)
    refuse_unfit(contents)
    rows = {label: len(keys) for label, keys in contents.own.items()}
    found = Restored(contents.facts, rows, contents.files, tuple(contents.lacking or ()))
    if dry_run:
        return found
    _store_files(contents)
    take_lookup_secrets(contents.lookup, now=now)
    taken = take_keys(contents.keys, now=now)
    try:
        around = _write_rows(contents, now)
    except BaseException:
        give_back(taken)
        raise
    logger.info("notice %s was restored from a sealed package", contents.facts["code"])
    return Restored(
        found.facts, rows, found.files, found.lacking, taken.destroyed_here, tuple(around.differing)
    )


def _store_files(contents: Contents) -> None:
    """Store every file under its name; what is there whole is left."""
    storage = content_storage()
    for name, content, size in contents.stored_files():
        try:
            if storage.exists(name):
                if _is_whole(name, size):
                    continue
                storage.delete(name)  # half a file of a restore that was killed, or damaged
            source = Hashed(content)
            saved = storage.save(name, File(source))  # type: ignore[arg-type]
        except SuspiciousFileOperation:
            raise RestoreRefusedError(_("存档包里有不正常的文件名，没有写入。")) from None
        if saved != name or (is_by_hash(name) and not name.endswith(source.digest.hexdigest())):
            storage.delete(saved)
            raise RestoreRefusedError(
                _("存档包里的文件 %(name)s 和它的哈希不符，没有写入。") % {"name": name}
            )
    if hasattr(os, "sync"):
        os.sync()  # the rows that name them are durable once they are committed


def _is_whole(name: str, size: int) -> bool:
    """Whether the stored file is whole: by its hash, which is its name, or by the length of what the package holds."""
    storage = content_storage()
    if is_by_hash(name):
        with storage.open(name) as stored:
            return name.endswith(file_digest(stored, "sha256").hexdigest())
    return storage.size(name) == size


def _write_rows(contents: Contents, now: datetime) -> Surroundings:
    try:
        with transaction.atomic():
            return _write_rows_at_once(contents, now)
    except (IntegrityError, DeserializationError) as error:
        logger.error("restoring notice %s: %s", contents.facts["code"], type(error).__name__)
        raise RestoreRefusedError(
            _("存档包和平台现有的数据冲突，没有写入。请恢复到新初始化的空平台。")
        ) from None


def _write_rows_at_once(contents: Contents, now: datetime) -> Surroundings:
    refuse_unfit(contents)  # once more, with the database ours
    around = find_or_make(contents.facts, contents.references)
    renaming = Renaming(contents.own, around)
    for row in contents.rows():
        fitted = renaming.fitted(row)
        if row["model"] == PAGE:
            fitted["fields"] |= _place_below(around.proponent, row["fields"]["slug"])
        elif BY_LABEL[row["model"]].of_project and (known := _row_here(fitted, around)):
            renaming.found(row["model"], row["pk"], known)
            continue
        for built in Deserializer([fitted]):
            built.save(force_insert=True)
    _check_chain(contents.facts)
    _reset_sequences()
    connection.check_constraints()
    record = NoticeRecord.objects.select_related("page").get(code=contents.facts["code"])
    transaction.on_commit(partial(signals.notice_restored.send_robust, NoticeRecord, record=record, now=now))
    return around


def _place_below(proponent: ProponentPage, slug: str) -> dict[str, Any]:
    """Return where the page stands in the tree: after the last notice of its 建设单位."""
    parent = Page.objects.get(pk=proponent.pk)
    last = parent.get_last_child()
    path = last._inc_path() if last else Page._get_path(parent.path, parent.depth + 1, 1)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    return {
        "path": path,
        "depth": parent.depth + 1,
        "numchild": 0,
        "url_path": f"{parent.url_path}{slug}/",
    }


def _row_here(row: dict[str, Any], around: Surroundings) -> int | None:
    """Return the key of the row of the project that is here already: the only one it has, or one that says the same.

    What may be empty and points elsewhere does not count: it may have pointed at a round that was not here yet.
    """
    (built,) = Deserializer([row])
    rows, fields = type(built.object)._base_manager, built.object._meta.concrete_fields
    telling = [f for f in fields if not (f.primary_key or (f.is_relation and f.null))]
    same = rows.filter(**{f.attname: getattr(built.object, f.attname) for f in telling}).first()
    only = [f.attname for f in fields if f.one_to_one and f.related_model is Project]
    if same is None and only:
        same = rows.filter(**{name: getattr(built.object, name) for name in only}).first()
        if same is not None:
            around.differing.append(str(built.object._meta.verbose_name))
    return None if same is None else same.pk


def _check_chain(facts: dict[str, Any]) -> None:
    """Refuse a chain that does not hold or does not end as the package says."""
    chain, faults = Chain.objects.get(key=facts["chain"]), list[Fault]()
    for _entry in walk(chain, faults):
        pass
    if faults or (chain.head, chain.length) != (facts["head"], facts["length"]):
        raise RestoreRefusedError(
            _("存档包里的台账核对不上，没有写入。%(fault)s") % {"fault": faults[0].text if faults else ""}
        )


def _reset_sequences() -> None:
    """Let the next rows get keys behind the restored ones; SQLite does so by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [rows.model for rows in ROWS]):
            cursor.execute(statement)
