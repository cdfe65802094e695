"""The framework's own behaviour suite runs against our backend without a failure and without a skip."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SUITE = "tests.search.backends.conformance_suite"


def test_the_frameworks_own_suite_passes_and_skips_nothing() -> None:
    result = subprocess.run(
        [sys.executable, "-Werror::SyntaxWarning", "-mdjango", "test", SUITE],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.search.backends.conformance_settings"},
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
