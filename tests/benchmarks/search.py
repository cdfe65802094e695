"""Search side by side: the portal's Whoosh backend, SQLite's FTS5 and tantivy, with the same terms of the same pages.

``BENCH_PAGES`` names the sizes, "1000,10000" unless told otherwise; 100,000 pages take a quarter of an hour and 2 GB.
Times are of the processor, so that a busy machine does not decide. Every query asks for the ten best and the exact
total; that the three totals agree is checked.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

from portal.figures import Figure
from search.analysis import Clause, clauses_of, normalise, term_positions, tokenise
from search.backends.whoosh import engine
from search.backends.whoosh.columns import Document
from search.backends.whoosh.storage import IndexStore, Rebuild
from search.backends.whoosh.whoosh_library import ID, TEXT, FileStorage, Schema, SegmentWriter
from tests.benchmarks.corpus import pages, queries

ROUNDS = 3
BEST = 10
STOCK_PAGES = 500
CHANGES = 40
COLUMN = engine.Column("text")
# What an installation promises at a size, in milliseconds.
LIMITS = {10_000: 5.0, 100_000: 50.0}
OPENING = """
import resource, sys, time
from pathlib import Path
from tests.benchmarks.search import Whoosh
def memory():
    lines = Path("/proc/self/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssFile"))) / 1024
before, began = memory(), time.process_time()
found = Whoosh(Path(sys.argv[1])).search("渗滤液 尾矿")
print((time.process_time() - began) * 1000, memory() - before, found)
"""


class Whoosh:
    """The portal's own backend, below the framework."""

    name = "Whoosh"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = IndexStore(folder)

    def build(self, texts: Iterable[str]) -> None:
        """Index all texts."""
        rebuild = Rebuild(self.store)
        rebuild.start()
        rebuild.prepare_columns([COLUMN.name])
        for number, text in enumerate(texts):
            rebuild.put(Document(f"page:{number}", ("page",), {COLUMN.name: text}))
        with rebuild.finishing():
            pass

    def change(self, number: int, text: str) -> None:
        """Replace one text and see it found."""
        with self.store.writing(timeout=1) as session:
            session.put(Document(f"page:{number}", ("page",), {COLUMN.name: text}))
        self.store.searcher()

    def search(self, typed: str) -> int:
        """Find the ten best and return how many there are."""
        parts = tuple(engine.Match(clause, (COLUMN,)) for clause in clauses_of(typed))
        searcher = self.store.searcher()
        assert searcher is not None
        hits = engine.search(searcher, engine.AllOf(parts), "page")
        hits.keys(hits.best(BEST))
        return len(hits)


class Fts5:
    """SQLite, given the terms between spaces."""

    name = "FTS5"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.database = sqlite3.connect(folder / "fts5.db", isolation_level=None)

    def build(self, texts: Iterable[str]) -> None:
        """Index all texts."""
        run = self.database.execute
        run("PRAGMA journal_mode = OFF")
        run("CREATE VIRTUAL TABLE page USING fts5(text, content='', tokenize=\"unicode61 tokenchars '.'\")")
        run("BEGIN")
        self.database.executemany("INSERT INTO page(text) VALUES (?)", ((text,) for text in texts))
        run("COMMIT")
        run("INSERT INTO page(page) VALUES ('optimize')")

    def search(self, typed: str) -> int:
        """Find the ten best and return how many there are."""
        wanted = " AND ".join(_fts5_phrase(clause) for clause in clauses_of(typed))
        run = self.database.execute
        run("SELECT rowid FROM page WHERE page MATCH ? ORDER BY rank LIMIT ?", (wanted, BEST)).fetchall()
        return int(run("SELECT count(*) FROM page WHERE page MATCH ?", (wanted,)).fetchone()[0])


class Tantivy:
    """Tantivy, given the terms between spaces."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="position")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(folder))

    def build(self, texts: Iterable[str]) -> None:
        """Index all texts."""
        writer = self.index.writer(heap_size=128_000_000, num_threads=1)
        for text in texts:
            writer.add_document(tantivy.Document(text=text))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def search(self, typed: str) -> int:
        """Find the ten best and return how many there are."""
        parts = [(tantivy.Occur.Must, self._phrase(clause)) for clause in clauses_of(typed)]
        query = tantivy.Query.boolean_query(parts)
        found: Any = self.index.searcher().search(query, BEST, count=True)
        return int(found.count)

    def _phrase(self, clause: Clause) -> Any:
        words: list[Any] = [slot.text for slot in clause.slots]
        if clause.slots[-1].prefix:
            patterns: list[Any] = [re.escape(word) for word in words]
            patterns[-1] += ".*"
            if len(words) == 1:
                return tantivy.Query.regex_query(self.schema, "text", patterns[0])
            return tantivy.Query.regex_phrase_query(self.schema, "text", patterns)
        if len(words) == 1:
            return tantivy.Query.term_query(self.schema, "text", words[0])
        return tantivy.Query.phrase_query(self.schema, "text", words)


def run() -> Iterator[Figure]:
    """Yield the figures of every size."""
    yield from _against_stock_whoosh()
    for size in map(int, os.environ.get("BENCH_PAGES", "1000,10000").split(",")):
        yield from _at(size)


def _at(size: int) -> Iterator[Figure]:
    folder, label = Path(settings.DATA_DIR) / f"search-{size}", f"{size:,} pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    whoosh, others = Whoosh(folder / "whoosh"), (Fts5(folder / "fts5"), Tantivy(folder / "tantivy"))
    text_bytes = 0

    def generate() -> None:
        nonlocal text_bytes
        text_bytes = sum(len(text.encode()) for text in pages(size))

    generating = _seconds(generate)
    building = _seconds(lambda: whoosh.build(pages(size))) - generating
    yield Figure("search index built", building / size * 1000, "ms CPU a page", size=label)
    yield _index_size(whoosh, text_bytes, label)
    times, totals = _query_times(whoosh)
    worst = _p95(times)
    yield Figure("search query median", statistics.median(times), "ms CPU", size=label)
    if size in LIMITS:
        limit = LIMITS[size]
        yield Figure("search query p95", worst, "ms CPU", f"{limit:.0f} ms", worst / limit, label)
    # Once for both: without this, most of the benchmark's time would be its own.
    terms = folder / "terms.txt"
    with terms.open("w") as lines:
        lines.writelines(f"{line}\n" for line in _terms_between_spaces(pages(size)))
    for other in others:
        with terms.open() as lines:
            other.build(lines)
        yield _index_size(other, text_bytes, label)
        other_times, other_totals = _query_times(other)
        assert other_totals == totals, (other.name, _differences(totals, other_totals))
        median, other_worst = statistics.median(other_times), _p95(other_times)
        yield Figure(f"search query median, {other.name}", median, "ms CPU", size=label)
        yield Figure(f"search query p95, {other.name}", other_worst, "ms CPU", size=label)
        yield Figure("search query p95", worst, "ms CPU", other.name, worst / other_worst, label)
    yield from _opening(whoosh, label)
    yield from _changing(whoosh, size, label)
    shutil.rmtree(folder)


def _index_size(subject: Whoosh | Fts5 | Tantivy, text_bytes: int, label: str) -> Figure:
    size = sum(path.stat().st_size for path in subject.folder.rglob("*") if path.is_file())
    name = f"search index size, {subject.name}"
    return Figure(name, size / 1e6, "MB", "its text", size / text_bytes, label)


def _query_times(subject: Whoosh | Fts5 | Tantivy) -> tuple[list[float], dict[str, int]]:
    """Return the milliseconds of each query, the fastest round counts, and the totals."""
    totals = {typed: subject.search(typed) for typed in queries()}
    times = [
        min(_seconds(lambda typed=typed: subject.search(typed)) for _ in range(ROUNDS)) * 1000  # type: ignore[misc]
        for typed in queries()
    ]
    return times, totals


def _opening(whoosh: Whoosh, label: str) -> Iterator[Figure]:
    """What a new process needs until its first answer, its imports left out."""
    command = [sys.executable, "-c", OPENING, str(whoosh.folder)]
    printed = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    milliseconds, megabytes, _found = map(float, printed.split())
    yield Figure("search opened and first answer", milliseconds, "ms CPU", "50 ms", milliseconds / 50, label)
    yield Figure("search opened, memory", megabytes, "MB", "50 MB", megabytes / 50, label)


def _changing(whoosh: Whoosh, size: int, label: str) -> Iterator[Figure]:
    """One changed page after the other, each committed and seen by a reader."""
    changed = list(pages(CHANGES))
    used, waited = [], []
    for number, text in enumerate(changed):
        began, wall = time.process_time(), time.perf_counter()
        whoosh.change(number * (size // CHANGES), text)
        used.append((time.process_time() - began) * 1000)
        waited.append(time.perf_counter() - wall)
    mean, slowest = statistics.mean(used), _p95(used)
    yield Figure("search page changed, mean", mean, "ms CPU", "50 ms", mean / 50, label)
    yield Figure("search page changed, p95", slowest, "ms CPU", "50 ms", slowest / 50, label)
    yield Figure("search page changed and seen, slowest", max(waited), "s", "2 s", max(waited) / 2, label)


class _StockText(TEXT):  # type: ignore[misc]
    """The same terms for Whoosh as it comes."""

    def index(self, value: str, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and positions."""
        for term, positions in sorted(term_positions(normalise(value)).items()):
            yield term.encode(), len(positions), float(len(positions)), self.format.encode(positions)


def _against_stock_whoosh() -> Iterator[Figure]:
    folder = Path(settings.DATA_DIR) / "search-stock"
    texts = list(pages(STOCK_PAGES))
    (folder / "stock").mkdir(parents=True)
    index = FileStorage(str(folder / "stock")).create_index(Schema(key=ID(unique=True), text=_StockText()))

    def build_stock() -> None:
        writer = SegmentWriter(index, limitmb=256)
        for number, text in enumerate(texts):
            writer.add_document(key=f"page:{number}", text=text)
        writer.commit()

    stock, ours = _seconds(build_stock), _seconds(lambda: Whoosh(folder / "whoosh").build(texts))
    label = f"{STOCK_PAGES} pages"
    yield Figure("search index built, stock Whoosh", stock / STOCK_PAGES * 1000, "ms CPU a page", size=label)
    ratio = ours / stock
    yield Figure(
        "search index built", ours / STOCK_PAGES * 1000, "ms CPU a page", "stock Whoosh", ratio, label
    )
    shutil.rmtree(folder)


def _terms_between_spaces(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield " ".join(token.text for token in tokenise(normalise(text)))


def _fts5_phrase(clause: Clause) -> str:
    words = " ".join(slot.text for slot in clause.slots)
    return f'"{words}"' + ("*" if clause.slots[-1].prefix else "")


def _differences(some: dict[str, int], others: dict[str, int]) -> list[tuple[str, int, int]]:
    return list(islice(((key, some[key], others[key]) for key in some if some[key] != others[key]), 5))


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
