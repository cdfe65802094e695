"""Killing a portal under load, again and again, and asking afterwards what it kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.load.installation import Installation
from tests.load.senders import Filled, fill_in_all, send, send_at_pace

COUNTS = ("opinions", "orphan_keys")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was left: how many forms got no answer at first, how many opinions there are, each broken promise."""

    unanswered: int
    opinions: int
    orphan_keys: int
    broken: dict[str, Any]


def survive(installation: Installation, *, kills: int, senders: int, each: int, every: float) -> Outcome:
    """Kill the portal ``kills`` times while ``senders`` send ``each`` forms, one in ``every`` seconds.

    After each restart whoever got no answer sends the same form again. Every form that did get a receipt is sent again at
    the end as well, and has to get the same one.
    """
    forms: list[Filled] = []
    unanswered = 0
    for round_number in range(kills):
        batch = asyncio.run(_killed_while_sending(installation, f"{round_number}", senders, each, every))
        missing = [form for form in batch if not form.got_receipt]
        unanswered += len(missing)
        installation.start()
        asyncio.run(_again(installation, missing))
        forms += batch
    found = installation.verify(forms)
    broken = {name: what for name, what in found.items() if name not in COUNTS and what}
    if refused := [form.answers for form in forms if not form.got_receipt]:
        broken["without_receipt"] = refused
    if changed := asyncio.run(_changed_on_repetition(installation, forms[-senders:])):
        broken["another_receipt"] = changed
    return Outcome(unanswered, found["opinions"], found["orphan_keys"], broken)


async def _killed_while_sending(
    installation: Installation, name: str, senders: int, each: int, every: float
) -> list[Filled]:
    names = [
        (f"第{name}轮第{sender}人第{turn}份", f"10.0.{sender // 250}.{sender % 250 + 1}")
        for sender in range(senders)
        for turn in range(each)
    ]
    forms = await fill_in_all(installation.target, names)
    batches = [forms[start : start + each] for start in range(0, len(forms), each)]
    sending = asyncio.create_task(send_at_pace(installation.target, batches, every=every))
    # Somewhere in the middle, at another moment of an act each time.
    await asyncio.sleep(every * each * random.uniform(0.3, 0.7))
    await asyncio.to_thread(installation.serve.kill_all)
    await sending
    return forms


async def _again(installation: Installation, forms: Sequence[Filled]) -> None:
    gate = asyncio.Semaphore(4)

    async def one(form: Filled) -> None:
        async with gate:
            await send(installation.target, form)

    await asyncio.gather(*(one(form) for form in forms))


async def _changed_on_repetition(installation: Installation, forms: Sequence[Filled]) -> list[str]:
    before = [(form.number, form.code) for form in forms]
    await _again(installation, forms)
    return [form.number for form, old in zip(forms, before, strict=True) if (form.number, form.code) != old]
