"""Tasks that the tests of the worker run: one that waits, one that fails, one that notes that it ran."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from django_tasks import task

ran: list[str] = []
began, released = threading.Event(), threading.Event()


@task(queue_name="index")
def note(word: str) -> None:
    """Note that it ran."""
    ran.append(word)


@task(queue_name="index")
def fail(word: str) -> None:
    """Fail with what was handed over in the message."""
    ran.append(word)
    raise RuntimeError(word)


@task(queue_name="heavy")
def wait() -> None:
    """Take as long as the test likes."""
    began.set()
    assert released.wait(20)


@task(queue_name="index")
def leave(mark: str) -> None:
    """Leave a file, for whoever is in another process."""
    Path(mark).touch()


@task(queue_name="heavy")
def wait_for(mark: str) -> None:
    """Add a line to a file and wait until there is one of the same name that ends in ".go"."""
    with Path(mark).open("a") as lines:
        lines.write("began\n")
    while not Path(f"{mark}.go").exists():
        time.sleep(0.05)
