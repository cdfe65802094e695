"""The supervisor of child processes: restarts what dies, ends what it started, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOY = """
import os, signal, subprocess, sys, time
from pathlib import Path
from portal.processes import Patience, Program, Supervisor

folder = Path(sys.argv[1])

def note(name, pid=None):
    (folder / f"{name}-{pid or os.getpid()}").touch()

def steady():
    note("steady")
    time.sleep(600)

def parent():
    note("grandchild", subprocess.Popen(["sleep", "600"]).pid)
    note("parent")
    time.sleep(600)

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("stubborn")
    while True:
        time.sleep(600)

def frail():
    note("frail")
    raise RuntimeError("broken on purpose")

names = sys.argv[2:]
programs = [Program(name, globals()[name]) for name in names]
sys.exit(Supervisor(programs, Patience(restart=0.1, stop=1.0)).run())
"""


class Toy:
    """A supervisor of toy programs, in a process of its own."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", TOY, str(folder), *names],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def pids(self, name: str) -> list[int]:
        return [int(path.name.rpartition("-")[2]) for path in self.folder.glob(f"{name}-*")]

    def wait_for(self, name: str, count: int = 1) -> list[int]:
        until(lambda: len(self.pids(name)) >= count)
        return self.pids(name)

    def everybody(self) -> list[int]:
        return [int(path.name.rpartition("-")[2]) for path in self.folder.iterdir()]


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Toy]]:
    started: list[Toy] = []

    def starter(*names: str) -> Toy:
        started.append(Toy(tmp_path, *names))
        return started[-1]

    yield starter
    for toy in started:
        toy.process.kill()
        # Survivors hold the other end of the pipe that communicate() reads to its end.
        for pid in toy.everybody():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        toy.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_everything_and_the_exit_code_is_0(
    start: Callable[..., Toy], number: signal.Signals
) -> None:
    toy = start("steady", "parent")
    toy.wait_for("steady")
    toy.wait_for("parent")
    toy.process.send_signal(number)
    assert toy.process.wait(timeout=20) == 0
    until(lambda: not any(is_running(pid) for pid in toy.everybody()))


def test_a_child_that_ignores_the_stop_is_killed_in_the_end(start: Callable[..., Toy]) -> None:
    toy = start("stubborn")
    (pid,) = toy.wait_for("stubborn")
    toy.process.send_signal(signal.SIGINT)
    assert toy.process.wait(timeout=20) == 0
    assert not is_running(pid)


def test_a_dead_child_is_started_again(start: Callable[..., Toy]) -> None:
    toy = start("steady")
    (first,) = toy.wait_for("steady")
    os.kill(first, signal.SIGKILL)
    pids = toy.wait_for("steady", 2)
    until(lambda: sum(map(is_running, pids)) == 1)
    assert toy.process.poll() is None


def test_what_a_dead_child_had_started_goes_with_it(start: Callable[..., Toy]) -> None:
    toy = start("parent")
    (child,) = toy.wait_for("parent")
    (grandchild,) = toy.wait_for("grandchild")
    os.kill(child, signal.SIGKILL)
    until(lambda: not is_running(grandchild))


def test_a_child_that_dies_at_once_is_tried_again_at_growing_intervals(start: Callable[..., Toy]) -> None:
    toy = start("frail")
    toy.wait_for("frail", 4)
    times = sorted(path.stat().st_mtime for path in toy.folder.glob("frail-*"))
    assert times[3] - times[2] > times[1] - times[0]
    toy.process.send_signal(signal.SIGINT)
    assert toy.process.wait(timeout=20) == 0
    assert toy.process.stderr is not None
    assert b"broken on purpose" in toy.process.stderr.read()


def test_no_child_outlives_a_killed_supervisor(start: Callable[..., Toy]) -> None:
    toy = start("steady", "stubborn")
    pids = [*toy.wait_for("steady"), *toy.wait_for("stubborn")]
    toy.process.kill()
    toy.process.wait(timeout=20)
    until(lambda: not any(map(is_running, pids)))
