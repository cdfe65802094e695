"""Compare the senders' receipts with the databases: python -m tests.load.verify < forms.json; prints what it found.

Everything but ``opinions`` and ``orphan_keys`` has to be empty.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import django


def found(forms: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the count of opinions and of keys that nothing names, and every promise that was broken."""
    from notices.opinions.models import Commenter, Opinion, OpinionFile
    from notices.opinions.orphan_keys import orphan_keys
    from notices.opinions.page_two import unseal
    from notices.opinions.selectors import look_up
    from notices.opinions.verification import verify_ledger

    kept = list(Opinion.objects.order_by("sequence"))
    contacts = {
        row.opinion.number: unseal(row).contact for row in Commenter.objects.select_related("opinion")
    }
    texts = {opinion.number: opinion.text for opinion in kept}
    files = set(OpinionFile.objects.values_list("opinion__number", "sha256"))
    receipts = [form for form in forms if form["number"]]
    sent = {form["text"] for form in forms}
    return {
        "opinions": len(kept),
        "orphan_keys": len(orphan_keys(created_before=None)),
        "lost": [form["number"] for form in receipts if texts.get(form["number"]) != form["text"]],
        "without_contact": [
            form["number"] for form in receipts if contacts.get(form["number"]) != form["contact"]
        ],
        "without_file": [
            form["number"]
            for form in receipts
            if form["file_hash"] and (form["number"], form["file_hash"]) not in files
        ],
        "code_does_not_open": [
            form["number"] for form in receipts if look_up(number=form["number"], code=form["code"]) is None
        ],
        "numbers_missing_or_doubled": [
            opinion.number for position, opinion in enumerate(kept, start=1) if opinion.sequence != position
        ],
        "taken_twice": sorted(text for text, times in Counter(texts.values()).items() if times > 1),
        "never_sent": [number for number, text in texts.items() if text not in sent],
        "ledger": [str(fault) for report in verify_ledger(with_files=True) for fault in report.faults],
        "not_in_ledger": [
            opinion.number for opinion in kept if opinion.ledger_entry.payload["number"] != opinion.number
        ],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(found(json.load(sys.stdin)), ensure_ascii=False))
