"""Bringing an empty machine to the state of a backup, without bringing back what was erased since.

The files come first, the keys next, without those that were erased since, and the database last. Until all of it is done a marker
keeps the portal from starting; what broke off is begun again with the same command and goes on.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage, storages
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from notices.content_store import save_whole
from notices.ledger.models import Chain
from notices.ledger.roots import append_missing_roots, set_roots_aside
from notices.opinions.erasing_again import ErasedAgain, destroy_listed_keys, erase_again
from notices.opinions.key_store import DATA_KEYS
from notices.opinions.models import DataKey, DestructionGround
from notices.sealing.erasure_log import Erasures, ErasuresDamagedError, erasure_log, read_erasures
from notices.sealing.key_file import read_keys
from notices.sealing.key_store import KEY_STORE, key_store_is_empty
from notices.sealing.rotation import standing_of
from notices.subscriptions.erasing_again import delete_listed_keys, erase_without_keys
from notices.subscriptions.key_store import SUBSCRIBER_KEYS
from notices.subscriptions.models import SubscriberKey
from portal.backups.container import KEYS, PORTAL, BackupError, Manifest, opened
from portal.backups.databases import put_back
from portal.backups.unfinished import Unfinished, done, note, unfinished
from portal.backups.writing import FOLDERS
from portal.preparation import bring_tables_up_to_date
from search.index_check import NotInspectable, compare, inspectable

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

    1. files, each checked against its hash, 2. key store, and listed keys destroyed in it, 3. database, 4. migrations that are
    newer, 5. heads compared with those noted in the backup, 6. erasures done again, 7. daily roots and search index. Everybody
    signs in anew. Raises BackupError, before anything is written where the machine is not empty, the keys do not fit or the
    list of erasures cannot be read.
    """
    listed = _erasures(erased)
    for line in listed.cut:
        say(f"删除记录第 {line} 行没有写完，已跳过。")
    begun = unfinished()
    with ExitStack() as stack:
        archive, manifest = stack.enter_context(opened(backup, kind=PORTAL))
        state = begun or Unfinished(manifest.taken_at, own_keys=not key_store_is_empty())
        _check(manifest, begun, state, keys=keys, without_keys=without_keys)
        if begun is not None:
            say("上一次恢复没有做完，现在接着做。")
        key_archive = _opened_keys(stack, keys)
        note(state)
        say("正在恢复文件 …")
        written, there, damaged = _put_files(archive)
        if key_archive is not None and (key_store_is_empty() or not state.in_place):
            say("正在恢复密钥库 …")
            put_back(key_archive, KEY_STORE)
        destroyed = _destroy_listed(listed, now)
        if not state.in_place:
            state.taken_at = manifest.taken_at
            say("正在恢复数据库 …")
            put_back(archive, DEFAULT_DB_ALIAS)
            state.in_place = True
            note(state)
    again, subscriptions, lost = _finish(state, manifest, listed, now=now, say=say)
    again = replace(again, keys=destroyed + again.keys)
    return Restored(manifest, written, there, damaged, lost, bool(state.heads_equal), again, subscriptions)


def _finish(
    state: Unfinished, manifest: Manifest, listed: Erasures, *, now: datetime, say: Say
) -> tuple[ErasedAgain, int, int]:
    """Do what follows once the databases are in their place; return what was erased, subscriptions too, and how many keys do not open."""
    bring_tables_up_to_date()
    if state.heads_equal is None:
        # Erasing is an entry of its chain: compared before, once.
        state.heads_equal = dict(Chain.objects.values_list("key", "head")) == manifest.heads
        note(state)
    Session.objects.all().delete()
    lost = standing_of(DATA_KEYS).lost + standing_of(SUBSCRIBER_KEYS).lost
    say("正在重新执行备份之后的删除 …")
    again = erase_again(listed, now=now)
    again = replace(again, keys=again.keys + delete_listed_keys(listed.keys))
    subscriptions = erase_without_keys()
    if (aside := set_roots_aside(now=now)) is not None:
        say(f"备份比每日根文件旧：原来的文件改名为 {aside.name}，请保留；新的从备份开始。")
    append_missing_roots()
    say("正在重建检索索引 …")
    _rebuild_index()
    done()
    return again, subscriptions, lost


def _check(
    manifest: Manifest, begun: Unfinished | None, state: Unfinished, *, keys: Path | None, without_keys: bool
) -> None:
    """Raise BackupError when the backup may not be restored here, or not with these keys."""
    _check_engine(manifest, DEFAULT_DB_ALIAS)
    if begun is None:
        _check_empty()
    elif begun.in_place and begun.taken_at != manifest.taken_at:
        raise BackupError(
            f"上一次恢复的是 {begun.taken_at} 的备份，没有做完：请用同一个文件再运行一次。"
            "要换一个备份，请换用空的数据库和数据目录。"
        )
    if state.own_keys and keys is not None:
        raise BackupError("密钥库里已有密钥，保留现有的：请去掉 --keys 再恢复。")
    has_keys = not key_store_is_empty()
    if not has_keys and keys is None and not without_keys:
        raise BackupError(
            "没有给密钥备份（--keys）：公众的姓名、联系方式、附件和查询码都将无法打开。"
            "确实没有，请加上 --without-keys。"
        )
    if has_keys or keys is not None:
        _check_master_keys()


def _opened_keys(stack: ExitStack, keys: Path | None) -> zipfile.ZipFile | None:
    if keys is None:
        return None
    archive, manifest = stack.enter_context(opened(keys, kind=KEYS))
    _check_engine(manifest, KEY_STORE)
    return archive


def _destroy_listed(listed: Erasures, now: datetime) -> int:
    """Destroy the listed keys before the database that names them is there; an older key store may lack a table yet."""
    tables = connections[KEY_STORE].introspection.table_names()
    count = 0
    if DataKey._meta.db_table in tables:
        count += destroy_listed_keys(listed.keys, now=now)
    if SubscriberKey._meta.db_table in tables:
        count += delete_listed_keys(listed.keys)
    return count


def _erasures(kept: Path | None) -> Erasures:
    """Return what this machine's own list and a kept one name."""
    found, grounds = Erasures(), DestructionGround.values
    for path in (erasure_log(), kept):
        try:
            listed = read_erasures(path) if path is not None else Erasures()
        except FileNotFoundError:
            if path is kept:
                raise BackupError(f"没有删除记录 {path}。") from None
            continue
        except OSError as error:
            raise BackupError(f"读不了删除记录 {path}：{error.strerror}。") from None
        except ErasuresDamagedError as error:
            raise BackupError(
                f"删除记录 {path} 第 {error.line} 行读不懂：请核对后改正或者删去这一行，再恢复。什么都没有改动。"
            ) from None
        for number, ground in listed.contents.items():
            if ground not in grounds:
                raise BackupError(
                    f"删除记录 {path} 里 {number} 的销毁依据“{ground}”不对，应是 {'、'.join(grounds)} 之一：请改正后再恢复。"
                    "什么都没有改动。"
                )
        found.keys.update(listed.keys)
        found.contents.update(listed.contents)
        found.cut.extend(listed.cut)
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
    written, there, damaged = 0, 0, []
    for member in archive.infolist():
        folder, _slash, name = member.filename.partition("/")
        # A name that leads out of its folder was not written by a backup.
        if folder not in FOLDERS or not name or ".." in Path(name).parts:
            continue
        storage = storages[FOLDERS[folder]]
        if storage.exists(name) and storage.size(name) == member.file_size:
            there += 1
        elif _put_file(archive, member, storage, name):
            written += 1
        else:
            damaged.append(member.filename)
    return written, there, damaged


def _put_file(archive: zipfile.ZipFile, member: zipfile.ZipInfo, storage: Storage, name: str) -> bool:
    """Write one file. One that is named by its hash and differs was being written when the backup was taken, or has rotted."""
    last = Path(name).name
    with archive.open(member) as source:
        if _HASH.fullmatch(last) and file_digest(source, "sha256").hexdigest() != last:  # type: ignore[arg-type]
            return False
    with archive.open(member) as source:
        save_whole(storage, name, source)
    return True


def _rebuild_index() -> None:
    try:
        compare(inspectable(), mend=True)
    except NotInspectable:
        call_command("wagtail_update_index", verbosity=0)
