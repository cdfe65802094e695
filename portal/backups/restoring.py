"""Bringing an empty machine to the state of a backup, without bringing back what was erased since.

The files come first, the keys next and the database last: what is broken off before its end has an empty database and is
simply begun again.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from notices.ledger.models import Chain
from notices.ledger.roots import append_missing_roots
from notices.opinions.erasing_again import ErasedAgain, erase_again
from notices.opinions.key_store import DATA_KEYS
from notices.sealing.erasure_log import Erasures, erasure_log, read_erasures
from notices.sealing.key_file import read_keys
from notices.sealing.key_store import KEY_STORE, key_store_is_empty
from notices.sealing.rotation import standing_of
from notices.subscriptions.erasing_again import delete_listed_keys, erase_without_keys
from portal.backups.container import KEYS, PORTAL, BackupError, Manifest, opened
from portal.backups.databases import MEMBER, put_back
from portal.backups.writing import FOLDERS
from portal.preparation import bring_tables_up_to_date
from search.index_check import NotInspectable, compare, inspectable

_CHUNK = 1024 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the backup's manifest, files written, files that were there, names of damaged ones, and what was erased anew.

    ``lost_keys`` counts keys that the master keys at hand do not open, ``subscriptions`` those erased because their keys are gone.
    """

    manifest: Manifest
    files: int
    files_there: int
    damaged: list[str]
    lost_keys: int
    heads_equal: bool
    erased: ErasedAgain
    subscriptions: int


def restore(
    *, backup: Path, keys: Path | None, without_keys: bool, erased: Path | None, now: datetime, say: Say
) -> Restored:
    """Restore a backup; ``keys`` is the one of the keys, ``erased`` a kept list of erasures beside this machine's own.

    1. files, each checked against its hash, 2. key store, 3. database, 4. migrations that are newer, 5. heads compared with
    those noted in the backup, 6. erasures done again, 7. daily roots and search index. Everybody signs in anew.
    Raises BackupError, before anything is written where the machine is not empty or the keys do not fit.
    """
    listed = _erasures(erased)
    if listed.unreadable:
        say(f"删除记录有 {len(listed.unreadable)} 行读不懂，已跳过（第 {listed.unreadable[0]} 行起）。")
    with ExitStack() as stack:
        archive, manifest = stack.enter_context(opened(backup, kind=PORTAL))
        _check_engine(manifest, DEFAULT_DB_ALIAS)
        _check_empty()
        has_keys = not key_store_is_empty()
        if has_keys and keys is not None:
            raise BackupError("密钥库里已有密钥，保留现有的：请去掉 --keys 再恢复。")
        if not has_keys and keys is None and not without_keys:
            raise BackupError(
                "没有给密钥备份（--keys）：公众的姓名、联系方式、附件和查询码都将无法打开。"
                "确实没有，请加上 --without-keys。"
            )
        if has_keys or keys is not None:
            _check_master_keys()
        say("正在恢复文件 …")
        written, there, damaged = _put_files(archive)
        if keys is not None:
            key_archive, key_manifest = stack.enter_context(opened(keys, kind=KEYS))
            _check_engine(key_manifest, KEY_STORE)
            say("正在恢复密钥库 …")
            put_back(key_archive, KEY_STORE)
        say("正在恢复数据库 …")
        put_back(archive, DEFAULT_DB_ALIAS)
    bring_tables_up_to_date()
    equal = dict(Chain.objects.values_list("key", "head")) == manifest.heads
    Session.objects.all().delete()
    lost = standing_of(DATA_KEYS).lost
    say("正在重新执行备份之后的删除 …")
    again = erase_again(listed, now=now)
    keys_again = delete_listed_keys(listed.keys)
    subscriptions = erase_without_keys()
    append_missing_roots()
    say("正在重建检索索引 …")
    _rebuild_index()
    again = replace(again, keys=again.keys + keys_again)
    return Restored(manifest, written, there, damaged, lost, equal, again, subscriptions)


def _erasures(kept: Path | None) -> Erasures:
    """Return what this machine's own list and a kept one name."""
    found = Erasures()
    for path in (erasure_log(), kept):
        try:
            listed = read_erasures(path) if path is not None else Erasures()
        except FileNotFoundError:
            if path is kept:
                raise BackupError(f"没有删除记录 {path}。") from None
            continue
        except OSError as error:
            raise BackupError(f"读不了删除记录 {path}：{error.strerror}。") from None
        found.keys.update(listed.keys)
        found.contents.update(listed.contents)
        found.unreadable.extend(listed.unreadable)
    return found


def _check_engine(manifest: Manifest, alias: str) -> None:
    here = connections[alias].vendor
    if manifest.engine != here:
        raise BackupError(
            f"备份来自 {manifest.engine}，本机设置的是 {here}：请先按原来的数据库恢复，再用 manage.py move_database 搬迁。"
        )


def _check_empty() -> None:
    tables = connections[DEFAULT_DB_ALIAS].introspection.table_names()
    users, chains = get_user_model(), Chain
    filled = [model for model in (users, chains) if model._meta.db_table in tables and model.objects.exists()]
    if filled:
        raise BackupError("本机已有账号或者公示，不能恢复到上面：请用空的数据库和数据目录。什么都没有改动。")


def _check_master_keys() -> None:
    try:
        read_keys()
    except ImproperlyConfigured as error:
        raise BackupError(f"请先放回主密钥文件：{error}") from None


def _put_files(archive: zipfile.ZipFile) -> tuple[int, int, list[str]]:
    """Write the files; return how many were written, how many were there, and the names of those that are not what they claim."""
    root = Path(settings.FILES_DIR).resolve()
    written, there, damaged = 0, 0, []
    for member in archive.infolist():
        target = (root / member.filename).resolve()
        if member.filename == MEMBER or not any(target.is_relative_to(root / folder) for folder in FOLDERS):
            continue
        if target.is_file() and target.stat().st_size == member.file_size:
            there += 1
        elif _put_file(archive, member, target):
            written += 1
        else:
            damaged.append(member.filename)
    return written, there, damaged


def _put_file(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> bool:
    """Write one file. One that is named by its hash and differs was being written when the backup was taken, or has rotted."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.restoring")
    digest = sha256()
    with archive.open(member) as source, draft.open("wb") as handle:
        draft.chmod(0o600)
        while piece := source.read(_CHUNK):
            digest.update(piece)
            handle.write(piece)
    if _HASH.fullmatch(target.name) and digest.hexdigest() != target.name:
        draft.unlink()
        return False
    draft.replace(target)
    return True


def _rebuild_index() -> None:
    try:
        compare(inspectable(), mend=True)
    except NotInspectable:
        call_command("wagtail_update_index", verbosity=0)
