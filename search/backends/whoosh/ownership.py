"""Only the portal's own account may touch an index: Whoosh's table of contents is a pickle, code for whoever can write it."""

import os
import stat
from pathlib import Path
from typing import IO, Any

from search.backends.inspection import UnsafeIndexError
from search.backends.whoosh.whoosh_library import FileStorage

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def danger(*folders: Path) -> str | None:
    """Return why nothing below these folders may be read, None when only this account writes there."""
    for folder in folders:
        try:
            status = folder.stat()
        except FileNotFoundError:
            continue
        if status.st_uid != os.geteuid():
            return f"{folder} 属于另一个系统账号，检索索引不能打开。请用运行平台的账号执行 chown，或删除该目录，系统会重建。"
        if status.st_mode & _OTHERS_WRITE:
            return f"{folder} 允许其他账号写入，检索索引不能打开。请删除该目录（系统会重建），或确认内容未被改动后执行 chmod 700。"
    return None


def make_private(folder: Path) -> None:
    """Make a folder that only this account reads and writes; raises UnsafeIndexError where others could write."""
    folder.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    if why := danger(folder):
        raise UnsafeIndexError(why)
    if folder.stat().st_mode & _OTHERS:
        folder.chmod(stat.S_IRWXU)


def create(path: Path) -> IO[bytes]:
    """Open a new file that only this account reads and writes."""
    return open(path, "wb", opener=_owner_only)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)


class PrivateStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's storage, whose files only this account reads and writes."""

    def create_file(self, name: str, **options: Any) -> Any:
        """Create a file; Whoosh opens what is there already."""
        self._touch(name)
        return super().create_file(name, **options)

    def lock(self, name: str) -> Any:
        """Return a lock on a file."""
        self._touch(name)
        return super().lock(name)

    def temp_storage(self, name: str | None = None) -> Any:
        """Return a storage below this one for what is put down while a segment is written."""
        folder = Path(self.folder, name or "writer.tmp")
        folder.mkdir(exist_ok=True, mode=stat.S_IRWXU)
        return PrivateStorage(str(folder))

    def _touch(self, name: str) -> None:
        Path(self.folder, name).touch(mode=stat.S_IRUSR | stat.S_IWUSR)
