"""`manage.py serve`: an empty folder becomes a running portal, Ctrl-C ends all of it, a second start is quick."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "tests.portal.settings_without_demo"


class Serve:
    """One `manage.py serve` in a session of its own."""

    def __init__(self, data: Path, port: int, *arguments: str) -> None:
        self.port = port
        self.log: IO[bytes] = (data.parent / f"serve-{port}.log").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": SETTINGS,
                "PORTAL_DATA": str(data),
                "PORT": str(port),
                "PYTHONUTF8": "1",
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def printed(self) -> str:
        return Path(self.log.name).read_text()

    def wait_until_up(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.05)

    def answers(self) -> bool:
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


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Serve]]:
    started: list[Serve] = []

    def starter(*arguments: str, port: int | None = None) -> Serve:
        started.append(Serve(data, port or free_port(), *arguments))
        return started[-1]

    yield starter
    for serve in started:
        # The children die with it.
        serve.process.kill()
        serve.process.wait()
        serve.log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def are_gone(pids: set[int]) -> bool:
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_portal_grows_from_an_empty_folder_and_ctrl_c_ends_all_of_it(
    start: Callable[..., Serve], data: Path
) -> None:
    serve = start("--setup")
    serve.wait_until_up(240)
    assert f"http://127.0.0.1:{serve.port}/" in serve.printed()
    assert str(data) in serve.printed()
    # The web server with two processes, a worker for each of three queues, the clock.
    pids = serve.wait_for_descendants(7)
    serve.process.send_signal(signal.SIGINT)
    assert serve.process.wait(timeout=30) == 0
    assert are_gone(pids)
    assert "Traceback" not in serve.printed()
    assert "Warning" not in serve.printed()

    began = time.monotonic()
    again = start("--setup", port=serve.port)
    again.wait_until_up(60)
    # Ten seconds on two idle cores; here other tests run beside it.
    assert time.monotonic() - began < 30
    assert "首次" not in again.printed()

    rival = start("--setup")
    assert rival.process.wait(timeout=60) == 1
    assert "已有平台在运行" in rival.printed()

    pids = again.wait_for_descendants(7)
    again.process.kill()
    assert are_gone(pids)


def test_a_port_in_use_is_said_in_one_sentence_before_anything_is_set_up(
    start: Callable[..., Serve], data: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        serve = start("--setup", port=port)
        assert serve.process.wait(timeout=60) == 1
    printed = serve.printed()
    assert f"端口 {port} 已被其他程序占用" in printed
    assert f"Port {port} is in use" in printed
    assert "Traceback" not in printed


def test_without_setup_a_folder_that_was_never_set_up_is_refused(tmp_path: Path) -> None:
    serve = Serve(tmp_path / "empty", free_port())
    try:
        assert serve.process.wait(timeout=60) == 1
        assert re.search("serve --setup", serve.printed())
    finally:
        serve.process.kill()
        serve.log.close()
