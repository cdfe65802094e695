"""The records of a package as data: opinions, answers, redactions, feedback, evidence, meetings, the ledger.

What the ledger commits to goes out with its salt, so that whoever holds a package can check it. A salt is no secret from
those who may read the text: it only keeps others from guessing a text by its commitment, and it dies with the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils import timezone

from notices.archive.packages.contents import Asked
from notices.ledger.models import Chain, DailyRoot
from notices.ledger.selectors import chain_as_json, roots_as_lines
from notices.ledger.services import READ_AT_ONCE
from notices.models import EvidenceFile
from notices.opinions.commitments import answer_fields, page_one_fields, redaction_fields
from notices.opinions.models import Answer, FeedbackAttempt, FileState, Opinion, Redaction
from notices.services import chain_key

_NOT_OUT = {
    "id",
    "notice",
    "record",
    "recorded_by",
    "uploaded_by",
    "decided_by",
    "upload_use",
    "upload_revoked",
}
_NOT_OUT |= {"file", "insertion", "posting", "viewing", "channel", "meeting"}


def spooled(pieces: Iterable[bytes]) -> IO[bytes]:
    """Return a temporary file with these pieces, open at its beginning."""
    handle: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by whoever reads it
    for piece in pieces:
        handle.write(piece)
    handle.seek(0)
    return handle


def json_line(fields: dict[str, Any]) -> bytes:
    """Return an object as one line of JSON."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def json_page(content: Any) -> bytes:
    """Return a value as JSON that people can read as well."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def plain_fields(row: Any) -> dict[str, Any]:
    """Return the columns of a record of evidence but for persons and addresses within the portal."""
    fields = (field for field in row._meta.concrete_fields if field.name not in _NOT_OUT)
    return {field.name: _plain(getattr(row, field.attname)) for field in fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def opinion_lines(asked: Asked) -> Iterator[bytes]:
    """Yield a line for each opinion: page one with its salt, and its files without their names, which may say who wrote.

    Page one is null once its content was destroyed.
    """
    notice = asked.record.page
    notice.record = asked.record
    rows = Opinion.objects.filter(notice=notice).select_related("ledger_entry").prefetch_related("files")
    for opinion in rows.order_by("sequence").iterator(chunk_size=READ_AT_ONCE):
        opinion.notice = notice
        salt = opinion.page_one_salt
        files = [file for file in opinion.files.all() if file.state == FileState.COMMITTED]
        yield json_line(
            {
                "number": opinion.number,
                "position": opinion.ledger_entry.position,
                "page_one": None
                if salt is None
                else {"fields": page_one_fields(opinion), "salt": bytes(salt).hex()},
                "files": [
                    {
                        "sha256": file.sha256,
                        "size": file.size,
                        "content_type": file.content_type,
                        "commitment": file.commitment,
                    }
                    for file in files
                ],
                "answer": opinion.answer_id and opinion.answer.commitment,
            }
        )


def answer_lines(asked: Asked) -> Iterator[bytes]:
    """Yield a line for each answer, replaced ones included."""
    rows = Answer.objects.filter(notice_id=asked.record.page_id).order_by("made_at", "id")
    for answer in rows.iterator(chunk_size=READ_AT_ONCE):
        yield _committed(answer, answer_fields(answer), made_at=answer.made_at)


def redaction_lines(asked: Asked) -> Iterator[bytes]:
    """Yield a line for each redaction."""
    rows = Redaction.objects.filter(opinion__notice_id=asked.record.page_id).select_related("opinion")
    for redaction in rows.order_by("made_at", "id").iterator(chunk_size=READ_AT_ONCE):
        fields = redaction_fields(redaction)
        yield _committed(redaction, fields, made_at=redaction.made_at, number=redaction.opinion.number)


def _committed(row: Any, fields: dict[str, Any], *, made_at: datetime, **more: Any) -> bytes:
    gone = row.salt is None
    return json_line(
        {
            "commitment": row.commitment,
            "fields": None if gone else fields,
            "salt": None if gone else bytes(row.salt).hex(),
            "day": timezone.localdate(made_at).isoformat(),
            **more,
        }
    )


def feedback_lines(asked: Asked) -> Iterator[bytes]:
    """Yield a line for each attempt to tell an answer, without notes: they may say whom staff spoke to."""
    rows = FeedbackAttempt.objects.filter(opinion__notice_id=asked.record.page_id)
    values = rows.order_by("tried_on", "id").values_list(
        "opinion__number", "answer__commitment", "tried_on", "way", "result"
    )
    for number, answer, day, way, result in values.iterator(chunk_size=READ_AT_ONCE):
        yield json_line(
            {"number": number, "answer": answer, "day": day.isoformat(), "way": way, "result": result}
        )


def evidence_record(row: Any, files: Iterable[tuple[Any, str]]) -> dict[str, Any]:
    """Return a record of evidence with its files, each with its path in the package."""
    return {
        "kind": row._meta.model_name,
        **plain_fields(row),
        "files": [
            {
                **(plain_fields(file) if isinstance(file, EvidenceFile) else {"sha256": file.sha256}),
                "path": path,
            }
            for file, path in files
        ],
    }


def ledger_of(asked: Asked) -> IO[bytes]:
    """Return the ledger of the notice as the portal publishes it, read now."""
    return spooled(chain_as_json(Chain.objects.get(key=chain_key(asked.record))))


def roots() -> IO[bytes]:
    """Return the daily roots, one line a day."""
    return spooled(roots_as_lines())


def stamped_roots() -> Iterable[DailyRoot]:
    """Return the daily roots that a time-stamping service has stamped."""
    return DailyRoot.objects.exclude(token=None).order_by("day").defer("heads")
