"""One `manage.py serve` in a session of its own: started, asked, killed in every way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


class Serve:
    """A portal on a data folder; its output goes to a file beside the folder."""

    def __init__(
        self,
        data: Path,
        port: int,
        *arguments: str,
        settings: str,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "PORTAL_DATA": str(data),
            "PORT": str(port),
            "PYTHONUTF8": "1",
            **(variables or {}),
        }
        self.log: IO[bytes] = (data.parent / f"serve-{port}.log").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def printed(self) -> str:
        """Return what it has said so far."""
        return Path(self.log.name).read_text()

    def wait_until_up(self, seconds: float) -> None:
        """Return when it answers."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def descendants(self) -> set[int]:
        """Return the process ids of all that was started below this one."""
        parents: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(path.parent.name)] = int(fields[1])
        found = {self.process.pid}
        for _generation in range(5):
            found |= {pid for pid, parent in parents.items() if parent in found}
        return found - {self.process.pid}

    def wait_for_descendants(self, count: int) -> set[int]:
        """Return them once there are so many: the first web process answers before the second is forked."""
        deadline = time.monotonic() + 15
        while len(found := self.descendants()) != count:
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    def kill_all(self) -> None:
        """Kill all of it with SIGKILL, as a power cut would, and wait until the processes are gone."""
        pids = {self.process.pid, *self.descendants()}
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        assert are_gone(pids - {self.process.pid})
        self.log.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def are_gone(pids: set[int]) -> bool:
    """Whether these processes are gone, after at most 15 seconds."""
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
