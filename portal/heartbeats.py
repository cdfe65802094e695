"""Signs of life of the workers and the clock: one empty file each, whose time says when it last went round.

Files and not rows: they cost no transaction, and a locked database does not look like a dead worker.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

INTERVAL: Final = 10.0  # seconds
CLOCK: Final = "clock"


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "heartbeats"


def beat(name: str) -> None:
    """Note that the process of this name is alive now. A full disk must not stop whoever beats."""
    try:
        _folder().mkdir(mode=0o700, exist_ok=True)
        (_folder() / name).touch(mode=0o600)
    except OSError:
        return


def last_beat(name: str) -> datetime | None:
    """Return when the process of this name was last seen alive, None when never."""
    try:
        return datetime.fromtimestamp((_folder() / name).stat().st_mtime, UTC)
    except OSError:
        return None


def keep_beating(*names: str) -> None:
    """Beat from a thread of its own until the process ends: a volume of an hour is no sign of death."""

    def run() -> None:
        while True:
            for name in names:
                beat(name)
            time.sleep(INTERVAL)

    threading.Thread(target=run, name="heartbeat", daemon=True).start()
