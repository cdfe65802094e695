"""Taking scans of signed and stamped papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notices.attachment_services import clean_file_name
from notices.content_store import StoredFile, store
from notices.evidence_services import check_evidence_file


@dataclass(frozen=True, slots=True)
class Scan:
    """A stored scan under the name that it came with."""

    file_name: str
    stored: StoredFile

    @property
    def sha256(self) -> str:
        """Return the hash under which it is kept."""
        return self.stored.sha256

    def fields(self) -> dict[str, Any]:
        """Return the fields of a FiledScan."""
        return {
            "file_name": self.file_name,
            "file": self.stored.name,
            "sha256": self.stored.sha256,
            "size": self.stored.size,
            "content_type": self.stored.content_type,
        }


def take_scan(upload: Any) -> Scan:
    """Check and store a scan, before any transaction. Raises ValidationError for what is no PDF or picture."""
    check_evidence_file(upload)
    return Scan(clean_file_name(upload.name or ""), store(upload))
