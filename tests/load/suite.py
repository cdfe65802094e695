"""Run the tests on PostgreSQL: on the server of DATABASE_URL, whose role may make databases, or on a private one.

Nothing of the database that the address names is touched: the tests make their own on the same server.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext

from tests.load.postgresql import running

SETTINGS = "tests.load.suite_settings"


def main(arguments: list[str]) -> int:
    """Run pytest with the arguments; return its exit code."""
    given = os.environ.get("DATABASE_URL")
    with nullcontext() if given else running(durable=False) as private:
        return subprocess.run(
            [sys.executable, "-m", "pytest", f"--ds={SETTINGS}", "--create-db", *arguments],
            env={**_without_addresses(), "TEST_SERVER": given or private.url("postgres")},
            check=False,
        ).returncode


def _without_addresses() -> dict[str, str]:
    names = ("DATABASE_URL", "KEYS_DATABASE_URL")
    return {name: value for name, value in os.environ.items() if name not in names}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
