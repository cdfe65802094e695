"""Scans of signed and stamped papers, checked and stored like evidence."""

from __future__ import annotations

from typing import Any

from notices.evidence_services import PreparedFile


def scan_fields(scan: PreparedFile) -> dict[str, Any]:
    """Return the fields of a FiledScan."""
    return {
        "file_name": scan.name,
        "file": scan.stored.name,
        "sha256": scan.stored.sha256,
        "size": scan.stored.size,
        "content_type": scan.content_type,
    }
