"""The proof of an opinion: all that is needed to check, without this portal, that it stands in the ledger as it was sent."""

from __future__ import annotations

import base64
from typing import Any

from notices.ledger.models import DailyRoot, Entry
from notices.ledger.selectors import public_entry, root_over
from notices.ledger.services import READ_AT_ONCE, canonical_bytes
from notices.opinions.commitments import file_fields, page_one_fields
from notices.opinions.file_names import open_names
from notices.opinions.models import FileState, Opinion

FORMAT = "eia-proof/1"


def proof_of(opinion: Opinion) -> bytes:
    """Return the proof as JSON: page one and the files' fields with their salts, and the entries from the opinion's own on.

    They lead to the first daily root over it, or to the present head while that day is not over: so a proof stays small
    and does not change once there is a root. Page two is not in it. What was erased has neither fields nor salt.
    """
    entry = opinion.ledger_entry
    chain = entry.chain
    over = root_over(entry, chain)
    last = over[1].position if over else chain.length
    entries = chain.entries.filter(position__gte=entry.position, position__lte=last).order_by("position")
    rows = [public_entry(row, chain.key) for row in entries.iterator(chunk_size=READ_AT_ONCE)]
    proof = {
        "entries": rows,
        "files": _files(opinion),
        "format": FORMAT,
        "head": rows[-1]["hash"] if rows else "",
        "page_one": _page_one(opinion),
        "root": _root(over),
    }
    return canonical_bytes(proof) + b"\n"


def _page_one(opinion: Opinion) -> dict[str, Any] | None:
    if opinion.page_one_salt is None:
        return None
    return {"fields": page_one_fields(opinion), "salt": bytes(opinion.page_one_salt).hex()}


def _files(opinion: Opinion) -> list[dict[str, Any]]:
    files = list(opinion.files.filter(state=FileState.COMMITTED).order_by("pk"))
    open_names(files)
    return [
        {"fields": None, "salt": None}
        if file.salt is None or file.file_name is None
        else {"fields": file_fields(file), "salt": bytes(file.salt).hex()}
        for file in files
    ]


def _root(over: tuple[DailyRoot, Entry] | None) -> dict[str, Any] | None:
    if over is None:
        return None
    root, _head = over
    return {
        "day": root.day.isoformat(),
        "heads": root.heads,
        "previous": root.previous,
        "root": root.root,
        "timestamp": base64.b64encode(bytes(root.token)).decode() if root.token else None,
    }
