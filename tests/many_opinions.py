"""Opinions by the thousand, written past the services: for what is measured at a size that senders would take hours to reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from notices.ledger.models import Chain, Entry
from notices.models import NoticePage
from notices.opinions.models import Answer, Channel, Opinion, OpinionTimeliness, Outcome
from notices.opinions.numbering import opinion_number
from notices.services import chain_key
from tests.benchmarks.corpus import pages
from tests.factories import an_operator

BATCH = 500


def texts(count: int, characters: int) -> Iterator[str]:
    """Yield texts of a length, always the same."""
    source, rest = iter(pages(10**9)), ""
    for _number in range(count):
        while len(rest) < characters:
            rest += next(source).replace("\n", "")
        yield rest[:characters]
        rest = rest[characters:]


def fill(page: NoticePage, count: int, *, characters: int, now: datetime) -> None:
    """Give a notice that many further opinions, most of them answered; their ledger entries stand in no order of hashes."""
    answer = Answer.objects.create(
        notice=page,
        outcome=Outcome.NOT_ADOPTED,
        reason="已按技术规范设置防渗层和监测井，每季度监测一次，结果在村务公开栏公布。",
        report_reference="第六章第二节",
        commitment="0" * 64,
        made_by=an_operator(),
        made_at=now,
    )
    done = Opinion.objects.filter(notice=page).count()
    written = list(enumerate(texts(count, characters), start=done + 1))
    for start in range(0, count, BATCH):
        _write(page, written[start : start + BATCH], answer, now)


@transaction.atomic
def _write(page: NoticePage, batch: list[tuple[int, str]], answer: Answer, now: datetime) -> None:
    chain = Chain.objects.select_for_update().get(key=chain_key(page.record))
    entries = Entry.objects.bulk_create(
        Entry(
            chain=chain,
            position=chain.length + place,
            day=now.date(),
            act="opinion_received",
            role="resident",
            previous=chain.head,
            hash=sha256(f"{page.pk}:{sequence}".encode()).hexdigest(),
            at=now,
        )
        for place, (sequence, _text) in enumerate(batch, start=1)
    )
    chain.length += len(entries)
    chain.head = entries[-1].hash
    chain.save()
    Opinion.objects.bulk_create(
        Opinion(
            notice=page,
            notice_version=1,
            sequence=sequence,
            number=opinion_number(page.record.code, sequence),
            text=text,
            channel=Channel.WEB,
            received_at=now + timedelta(seconds=sequence),
            recorded_at=now + timedelta(seconds=sequence),
            timeliness=OpinionTimeliness.INSIDE,
            village="清水沟村" if sequence % 3 else "",
            answer=answer if sequence % 10 else None,
            form_key_hash=sha256(f"form:{page.pk}:{sequence}".encode()).hexdigest(),
            lookup_digest="0" * 64,
            page_one_commitment=sha256(text.encode()).hexdigest(),
            ledger_entry=entry,
        )
        for (sequence, text), entry in zip(batch, entries, strict=True)
    )
