"""A writer that is killed over and over: what it writes, and what must be in the index afterwards."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search.analysis import phrase_of
from search.backends.whoosh import engine
from search.backends.whoosh.columns import Document
from search.backends.whoosh.storage import Condition, IndexStore, Rebuild, WriteSession

REBUILD_EVERY = 9
# Nearly all moments of a file operation lie within so many of them; a rebuild takes the most.
FILE_OPERATIONS = 160
LONGEST_SECONDS = 0.25
# Every so many kills one is certain to meet a rebuild, which takes more file operations than these.
IN_REBUILD_EVERY = 6
OPERATIONS_WITHIN_REBUILD = 40
_FILE_EVENTS = ("open", "os.", "shutil.", "mmap.")


@dataclass(slots=True)
class Survival:
    """What came of the kills; ``broken`` names every promise that was not kept."""

    kills: int = 0
    steps: int = 0
    in_rebuilds: int = 0
    in_flight: int = 0
    reads: int = 0
    next_writes: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def texts_after(step: int) -> dict[int, str]:
    """Return what the index holds after so many steps: most add and replace, every third deletes."""
    texts: dict[int, str] = {}
    for number in range(1, step + 1):
        if number % 3 == 0:
            texts.pop(number - 2, None)
        else:
            texts[number] = f"尾矿库第{number}号"
            if number % 4 == 0:
                texts[number - 3] = f"煤矸石第{number}号"
    return texts


def survive(folder: Path, *, kills: int, seed: int = 20260817) -> Survival:
    """Kill a writer so often, half of the times at a random moment and half at a random file operation.

    Every sixth time that operation is one of a rebuild.
    """
    dice, store, outcome = random.Random(seed), IndexStore(folder), Survival(steps=1)
    _write(store, 0)
    for kill in range(kills):
        at_operation = dice.randint(1, FILE_OPERATIONS) if kill % 2 else None
        if kill % IN_REBUILD_EVERY == IN_REBUILD_EVERY - 1:
            at_operation = dice.randint(1, OPERATIONS_WITHIN_REBUILD)
            while (outcome.steps + 1) % REBUILD_EVERY:
                _write(store, outcome.steps)
                outcome.steps += 1
        acknowledged = _kill_one(store, outcome, at_operation, dice.random() * LONGEST_SECONDS)
        began = time.monotonic()
        found = _contents(store)
        possible = [step for step in (acknowledged, acknowledged + 1) if _expected(step) == found]
        if not possible:
            outcome.broken.append(
                f"kill {kill}: the index is neither as after step {acknowledged} nor the next"
            )
            return outcome
        outcome.kills += 1
        outcome.in_flight += possible[0] != acknowledged
        outcome.in_rebuilds += (acknowledged + 1) % REBUILD_EVERY == 0
        outcome.steps = possible[0] + 1
        _write(store, possible[0])
        outcome.next_writes.append(time.monotonic() - began)
        outcome.broken += _leftovers(store)
    return outcome


def _document(number: int, text: str) -> Document:
    return Document(f"n:{number}", ("n",), {"body": text})


def _expected(step: int) -> dict[str, int]:
    return {f"n:{number}": _document(number, text).fingerprint for number, text in texts_after(step).items()}


def _contents(store: IndexStore) -> dict[str, int | None] | None:
    searcher, clause = store.searcher(), phrase_of("尾矿库")
    if searcher is None or clause is None:
        return None
    held = {document.key: document.fingerprint for document in searcher.stored_documents()}
    hits = engine.search(searcher, engine.Match(clause, (engine.Column("body"),)), "n")
    return held if set(hits.keys(hits.best(len(hits)))) <= set(held) else None


def _write(store: IndexStore, done: int) -> None:
    """Do the step after ``done``: a commit, or a rebuild with a commit meanwhile."""
    before, after = texts_after(done), texts_after(done + 1)
    changed = [number for number in before | after if before.get(number) != after.get(number)]
    if (done + 1) % REBUILD_EVERY:
        with store.writing(timeout=5) as session:
            _put(session, changed, after)
        return
    rebuild = Rebuild(store)
    rebuild.start()
    rebuild.prepare_columns(["body"])
    for number, text in before.items():
        rebuild.put(_document(number, text))
    with store.writing(timeout=5) as session:
        _put(session, changed, after)
        store.journal([["sync", "n", str(number), f"n:{number}"] for number in changed])
    with rebuild.finishing() as (session, changes):
        _put(session, [int(change[2]) for change in changes], after)


def _put(session: WriteSession, numbers: list[int], texts: dict[int, str]) -> None:
    for number in numbers:
        if number in texts:
            session.put(_document(number, texts[number]))
        else:
            session.delete(f"n:{number}")


def _kill_one(store: IndexStore, outcome: Survival, at_operation: int | None, seconds: float) -> int:
    """Let a child write from ``outcome.steps`` on until it is killed; return the last step it said was done."""
    done = outcome.steps
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(receiving)
            _write_until_killed(store, done, sending, at_operation)
        finally:
            os._exit(1)
    os.close(sending)
    deadline = time.monotonic() + (60 if at_operation else seconds)
    # A reader beside the writer sees a whole index at any moment.
    gone = False
    while not gone and time.monotonic() < deadline:
        gone = os.waitpid(child, os.WNOHANG)[0] != 0
        outcome.reads += 1
        if store.condition() is not Condition.GOOD:
            outcome.broken.append("a reader met an index that cannot be opened")
    if not gone:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(receiving) as acknowledged:
        steps = acknowledged.read().split()
    return int(steps[-1]) if steps else done


def _write_until_killed(store: IndexStore, done: int, sending: int, at_operation: int | None) -> None:
    if at_operation is not None:
        left = at_operation

        def count(event: str, _arguments: Any) -> None:
            nonlocal left
            if event.startswith(_FILE_EVENTS):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
    while True:
        _write(store, done)
        done += 1
        os.write(sending, f"{done}\n".encode())


def _leftovers(store: IndexStore) -> list[str]:
    """Return what a kill left behind that the write after it did not clear away."""
    names = {entry.name for entry in store.path.iterdir()}
    left = names - {"current", "write.lock", "rebuild.lock", str(store.current())}
    inside = {entry.name for entry in (store.path / str(store.current())).iterdir()}
    left |= {name for name in inside if ".toc." in name}
    if len({name for name in inside if name.endswith(".toc")}) != 1:
        left.add("several tables of contents")
    searcher = store.searcher()
    segments = {name.partition(".")[0] for name in inside if name.endswith((".keys", ".columns"))}
    if searcher is not None and len(segments) != len(searcher.segments):
        left.add("files of segments that are no longer used")
    return [f"left over: {name}" for name in sorted(left)]
