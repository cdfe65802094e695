"""Tasks that the tests of the worker run: one that waits, one that fails, one that notes that it ran."""

from __future__ import annotations

import threading

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
