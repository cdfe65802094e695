"""When to move: the portal's Whoosh backend beside its PostgreSQL backend, in the time that somebody waits.

``BENCH_PAGES`` names the sizes, "1000,10000" unless told otherwise. The same pages and queries as in ``search``; every
query asks for the ten best and the exact total, and that the totals agree is checked. PostgreSQL runs for the time of
the benchmark and is asked what the backend asks, without Django's own few milliseconds; pages and index lie in two
tables as in an installation.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from modelsearch.query import PlainText

from portal.figures import Figure
from search.analysis import Prefix
from search.backends.postgresql.conditions import VectorTranslator
from search.backends.postgresql.vectors import any_term, vector
from tests.benchmarks.corpus import pages, queries
from tests.benchmarks.search import BEST, ROUNDS, Whoosh
from tests.load.postgresql import running

AT_ONCE = 200
TABLES = """
CREATE TABLE page (id bigint PRIMARY KEY, text text NOT NULL);
CREATE TABLE entry (content_type_id int, object_id varchar(50), body tsvector,
                    UNIQUE (content_type_id, object_id));
CREATE INDEX ON entry USING gin (body);
"""
FOUND = """FROM page WHERE id IN (SELECT object_id::bigint FROM entry
 WHERE content_type_id IN (1) AND body @@ %s::tsquery)"""
BY_RANK = """ORDER BY (SELECT ts_rank(body, %s::tsquery) FROM entry
 WHERE content_type_id IN (1) AND object_id = page.id::varchar LIMIT 1) DESC, id DESC"""


class PostgreSQL:
    """The tables of the framework's index and of the pages."""

    name = "PostgreSQL"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        # Planned anew for each query, as Django has it: rare and common words want different plans.
        connection.prepare_threshold = None
        connection.execute("DROP TABLE IF EXISTS page, entry")
        connection.execute(TABLES)  # type: ignore[arg-type]

    def build(self, texts: Iterable[str]) -> None:
        """Index all texts in portions, as the framework does."""
        numbered = enumerate(texts)
        while portion := list(islice(numbered, AT_ONCE)):
            with self.connection.transaction(), self.connection.cursor() as cursor:
                cursor.executemany("INSERT INTO page VALUES (%s, %s)", portion)
                rows = [(str(number), vector([(text, "D")])) for number, text in portion]
                cursor.executemany("INSERT INTO entry VALUES (1, %s, %s::tsvector)", rows)
        self.connection.execute("VACUUM ANALYZE")

    def search(self, typed: str) -> int:
        """Find the ten best with their texts and return how many there are."""
        condition = VectorTranslator(Prefix.NUMBERS).node(PlainText(typed))
        ranked = any_term(clause for clause, _ in condition.ranked)
        run = self.connection.execute
        run(f"SELECT id, text {FOUND} {BY_RANK} LIMIT {BEST}", (condition.query, ranked)).fetchall()  # type: ignore[arg-type]
        return int(run(f"SELECT count(*) {FOUND}", (condition.query,)).fetchone()[0])  # type: ignore[arg-type, index]

    def size(self) -> int:
        """Return the bytes of the index."""
        return int(self.connection.execute("SELECT pg_total_relation_size('entry')").fetchone()[0])  # type: ignore[index]


def run() -> Iterator[Figure]:
    """Yield the figures of every size."""
    with running(durable=True) as server:
        server.create("bench")
        with psycopg.connect(server.url("bench"), autocommit=True) as connection:
            for size in map(int, os.environ.get("BENCH_PAGES", "1000,10000").split(",")):
                yield from _at(size, connection)


def _at(size: int, connection: psycopg.Connection[Any]) -> Iterator[Figure]:
    folder, label = Path(settings.DATA_DIR) / f"engines-{size}", f"{size:,} pages"
    shutil.rmtree(folder, ignore_errors=True)
    whoosh, postgresql = Whoosh(folder), PostgreSQL(connection)
    text_bytes = sum(len(text.encode()) for text in pages(size))
    totals: list[dict[str, int]] = []
    for engine in (whoosh, postgresql):
        began = time.perf_counter()
        engine.build(pages(size))
        built = (time.perf_counter() - began) / size * 1000
        yield Figure(f"engine index built, {engine.name}", built, "ms a page", size=label)
        totals.append({typed: engine.search(typed) for typed in queries()})
        times = sorted(min(_wall(engine, typed) for _ in range(ROUNDS)) for typed in queries())
        yield Figure(f"engine query median, {engine.name}", statistics.median(times), "ms", size=label)
        yield Figure(f"engine query p95, {engine.name}", times[int(len(times) * 0.95)], "ms", size=label)
    assert totals[0] == totals[1]
    files = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    for name, taken in ((whoosh.name, files), (postgresql.name, postgresql.size())):
        yield Figure(f"engine index size, {name}", taken / 1e6, "MB", "its text", taken / text_bytes, label)
    shutil.rmtree(folder)


def _wall(engine: Whoosh | PostgreSQL, typed: str) -> float:
    began = time.perf_counter()
    engine.search(typed)
    return (time.perf_counter() - began) * 1000
