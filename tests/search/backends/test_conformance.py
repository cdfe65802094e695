"""The framework's own behaviour suite runs against our backends without a failure and without a skip."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.load.postgresql import running

ROOT = Path(__file__).resolve().parents[3]
SUITE = "tests.search.backends.conformance_suite"


def run(variables: dict[str, str]) -> None:
    """Run the suite in a process of its own and look at what it says."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.search.backends.conformance_settings"}
    result = subprocess.run(
        [sys.executable, "-Werror::SyntaxWarning", "-mdjango", "test", SUITE],
        cwd=ROOT,
        env={**os.environ, **settings, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    ran = re.search(r"Ran (\d+) tests", result.stderr)
    assert ran is not None
    assert int(ran[1]) >= 121
    assert result.stderr.rstrip().splitlines()[-2].strip() == "OK" or "\nOK\n" in result.stderr
    assert "skipped" not in result.stderr


def test_the_frameworks_own_suite_passes_on_whoosh_and_skips_nothing() -> None:
    run({"CONFORMANCE_BACKEND": "search.backends.whoosh"})


def test_the_frameworks_own_suite_passes_on_postgresql_and_skips_nothing() -> None:
    with running(durable=False) as server:
        server.create("conformance")
        run(
            {
                "CONFORMANCE_BACKEND": "search.backends.postgresql",
                "DATABASE_URL": server.url("conformance"),
            }
        )
