"""Waiting for what a page's own script does."""

import time
from typing import Any


def until(page: Any, condition: str, seconds: float = 15) -> None:
    """Wait until an expression is true in the page.

    Playwright's ``wait_for_function`` asks by ``eval`` in the page, which our Content-Security-Policy forbids.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(50)
