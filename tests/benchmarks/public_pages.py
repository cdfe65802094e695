"""How long the public pages of a new installation take, without network and web server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from django.test import Client

from portal.figures import Figure

NEEDS_INSTALLATION = True
PAGES = {"home page": "/", "notice list": "/notices/", "search page": "/search/?q=煤矸石"}
REPEATS = 15


def run() -> Iterator[Figure]:
    """Yield the median time of each page."""
    client = Client(SERVER_NAME="127.0.0.1")
    for name, address in PAGES.items():
        assert client.get(address).status_code == 200, address
        spent = []
        for _number in range(REPEATS):
            began = time.perf_counter()
            client.get(address)
            spent.append(time.perf_counter() - began)
        yield Figure(name, statistics.median(spent) * 1000, "ms", size="no notices")
