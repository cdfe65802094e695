"""Taking a backup while the portal is in use.

The order keeps it whole without stopping anybody: an opinion's key is written before its row and a file before the row that
names it, so the database is copied first, then the keys, then the files. What came later is a little too much, never too little.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.storage import Storage, storages
from django.db import DEFAULT_DB_ALIAS, connections

from notices.sealing.key_store import KEY_STORE
from portal.backups.container import KEYS, PORTAL, Manifest, being_written, write_manifest
from portal.backups.databases import copy_into

# Folders of a backup, and the storages whose files lie in them.
FOLDERS = {"content": "content", "media": "default"}


_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds: chains of the ledger, files, and the bytes of both files together."""

    chains: int
    files: int
    size: int


def take_backup(*, target: Path, keys: Path | None, now: datetime) -> Taken:
    """Write the backup, and the one of the keys where a file is named for it.

    Each appears whole or not at all, the keys last: a copy of them is there only beside a whole backup that needs it.
    The master keys are in neither. Raises BackupError, OSError.
    """
    with ExitStack() as stack:
        # What is entered last is finished first.
        key_draft = stack.enter_context(being_written(keys)) if keys is not None else None
        archive, folder = stack.enter_context(being_written(target))
        heads = copy_into(archive, DEFAULT_DB_ALIAS, folder, with_heads=True)
        if key_draft is not None:
            key_archive, key_folder = key_draft
            copy_into(key_archive, KEY_STORE, key_folder, with_heads=False)
            write_manifest(key_archive, Manifest(KEYS, now.isoformat(), connections[KEY_STORE].vendor))
        files = sum(_add(archive, folder, name) for folder, name in _files())
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        write_manifest(archive, Manifest(PORTAL, now.isoformat(), vendor, files, heads))
    size = target.stat().st_size + (keys.stat().st_size if keys else 0)
    return Taken(len(heads), files, size)


def _files() -> Iterator[tuple[str, str]]:
    """Yield folder of the backup and name of each file, wherever files are stored."""
    for folder, alias in FOLDERS.items():
        for name in _names(storages[alias], ""):
            yield folder, name


def _names(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}".lstrip("/") for name in files)
    for name in folders:
        yield from _names(storage, f"{folder}/{name}".lstrip("/"))


def _add(archive: zipfile.ZipFile, folder: str, name: str) -> bool:
    """Add a file; one that was removed since it was listed belongs to nothing that is kept."""
    try:
        source = storages[FOLDERS[folder]].open(name)
    except FileNotFoundError:
        return False
    with source, archive.open(f"{folder}/{name}", "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, _CHUNK)
    return True
