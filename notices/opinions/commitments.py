"""What each commitment in the ledger hashes: the fields of a row, to be brought to the ledger's canonical bytes.

A commitment is the SHA-256 of salt and bytes; salts lie beside the data and die with it.
"""

from __future__ import annotations

from typing import Any

from notices.opinions.file_names import name_of
from notices.opinions.models import Answer, Opinion, OpinionFile, Redaction


def page_one_fields(opinion: Opinion) -> dict[str, Any]:
    """Return the content of page one."""
    return {
        "channel": str(opinion.channel),
        "filled_by_helper": opinion.filled_by_helper,
        "notice": opinion.notice.record.code,
        "number": opinion.number,
        "postmarked_on": opinion.postmarked_on.isoformat() if opinion.postmarked_on else None,
        "text": opinion.text,
        "version": opinion.notice_version,
        "village": opinion.village,
    }


def file_fields(file: OpinionFile) -> dict[str, Any]:
    """Return what stands for a file: its SHA-256 binds the content. Raises KeyMissingError when its key is gone."""
    return {
        "content_type": file.content_type,
        "name": name_of(file),
        "sha256": file.sha256,
        "size": file.size,
    }


def answer_fields(answer: Answer) -> dict[str, Any]:
    """Return the content of an answer."""
    return {
        "outcome": str(answer.outcome),
        "reason": answer.reason,
        "report_reference": answer.report_reference,
    }


def redaction_fields(redaction: Redaction) -> dict[str, Any]:
    """Return the content of a redaction."""
    return {"reason": redaction.reason, "text": redaction.text}
