"""This machine has what PDFs and browser tests need; what is missing fails here by its name, nothing is skipped."""

from __future__ import annotations

import re
from pathlib import Path

from portal.deploy.system_packages import FOR_PDF, FOR_TESTS

ROOT = Path(__file__).resolve().parents[2]


def test_libraries_and_fonts_for_pdfs_are_installed() -> None:
    assert FOR_PDF.missing() == []


def test_browser_message_tools_and_database_server_are_installed() -> None:
    assert FOR_TESTS.missing() == []


def test_weasyprint_can_subset_fonts_with_harfbuzz() -> None:
    from weasyprint.text.ffi import harfbuzz_subset

    assert harfbuzz_subset is not None


def test_requirements_are_locked_with_hashes_and_name_no_package_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert not re.search(r"^\s*--(index|extra-index|find-links|trusted)", text, re.MULTILINE)
        pins = re.findall(r"^([A-Za-z0-9._-]+)==\S+.*\\\n\s+--hash=sha256:", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)) > 0


def test_the_test_tools_repeat_every_pin_of_the_portal() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[A-Za-z0-9._-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
