"""The marker of a restoration under way: the portal does not start beside it, and a restoration that broke off goes on by it.

It comes before anything is written and goes last: until then erased people may be in the databases.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError


@dataclass(slots=True)
class Unfinished:
    """How far a restoration is: of which backup (``taken_at``), whether this machine had keys of its own, whether the database
    is in its place, and whether its heads were then those of the backup (None: not compared yet).
    """

    taken_at: str
    own_keys: bool
    in_place: bool = False
    heads_equal: bool | None = None


class RestorationUnfinished(CommandError):
    """A restoration has not come to its end; as an error of a command, so that every entry shows the same sentences."""

    def __init__(self) -> None:
        super().__init__(
            "备份还没有恢复完，平台不能启动，否则已删除的个人信息会重新出现。"
            "请用同样的参数再运行一次 manage.py restore，它会接着做完；要放弃，请换一个空的数据目录和空的数据库。"
        )


def refuse_unfinished() -> None:
    """Keep an entry that serves or works from starting beside a restoration. Raises RestorationUnfinished, OSError."""
    if unfinished() is not None:
        raise RestorationUnfinished


def unfinished() -> Unfinished | None:
    """Return how far a restoration is that has not come to its end, None when there is none. Raises OSError."""
    try:
        return Unfinished(**json.loads(_path().read_bytes()))
    except FileNotFoundError:
        return None


def note(state: Unfinished) -> None:
    """Write the marker, whole and on the disk. Raises OSError."""
    path = _path()
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w") as handle:
        json.dump(asdict(state), handle)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def done() -> None:
    """Take the marker away."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "restoring.json"
