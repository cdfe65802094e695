"""The file of a backup: a ZIP whose last member, the manifest, makes it whole; written beside its name and renamed at the end."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
_MANIFEST = "manifest.json"
PORTAL, KEYS = "portal", "keys"


class BackupError(Exception):
    """What stands in the way, in words for whoever runs the command."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: ``kind`` PORTAL or KEYS, when its database was copied (ISO 8601), from which engine, how many files.

    ``heads`` are those of all chains, so that a restoration can say that it brought back the same.
    """

    kind: str
    taken_at: str
    engine: str
    files: int = 0
    heads: dict[str, str] | None = None
    format: int = FORMAT


@contextmanager
def being_written(target: Path) -> Iterator[tuple[zipfile.ZipFile, Path]]:
    """Yield the archive to write to and an owner-only folder for drafts; ``target`` appears, whole, at the end.

    What killed runs left in the folder, under whatever name, is cleared first: it may hold keys that are to live for days only.
    Raises BackupError while another one writes the same file, OSError.
    """
    if target.exists():
        raise BackupError(f"{target} 已经存在：请另取一个文件名，旧备份不会被覆盖。")
    for left in target.parent.glob(".*.backup.part"):
        _clear_unless_in_use(left)
    folder = target.with_name(f".{target.name}.part")
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"另一个备份正在写 {target}。") from None
        for left in folder.iterdir():
            left.unlink()
        try:
            draft = folder / "archive"
            with draft.open("xb") as handle:
                draft.chmod(0o600)
                with zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
                    yield archive, folder
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(target)
            _sync(target.parent)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _clear_unless_in_use(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return  # gone meanwhile, or none of ours
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest, as the last member."""
    archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True))


@contextmanager
def opened(path: Path, *, kind: str) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Yield the archive and the manifest of a backup. Raises BackupError, for damage found while it is read as well."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive, path, kind)
    except OSError as error:
        raise BackupError(f"读写失败：{error.filename or path}，{error.strerror or '文件不完整'}。") from None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise BackupError(f"{path} 不是备份文件，或者已经损坏。") from None


def _manifest(archive: zipfile.ZipFile, path: Path, kind: str) -> Manifest:
    try:
        manifest = Manifest(**json.loads(archive.read(_MANIFEST)))
    except (KeyError, TypeError, ValueError):
        raise BackupError(f"{path} 不是备份文件，或者已经损坏。") from None
    if manifest.format != FORMAT:
        raise BackupError(f"{path} 是另一个版本的备份（格式 {manifest.format}），请用相应版本的平台恢复。")
    if manifest.kind != kind:
        wanted = "数据备份" if kind == PORTAL else "密钥备份"
        raise BackupError(f"{path} 不是{wanted}：数据备份写在最前面，密钥备份写在 --keys 后面。")
    return manifest


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
