"""Whoosh's segment writer, fed with whole batches of documents instead of single postings."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from search.backends.whoosh.arrays import ArrayWriter
from search.backends.whoosh.codec import BlockCodec, columns_file
from search.backends.whoosh.columns import Document
from search.backends.whoosh.inversion import invert_labels, invert_texts
from search.backends.whoosh.inverted import InvertedColumn
from search.backends.whoosh.merging import Source, write_merged
from search.backends.whoosh.ownership import create
from search.backends.whoosh.whoosh_library import SegmentReader, SegmentWriter

# Some 100 MB of arrays while a batch is inverted, whatever the number of documents.
_BATCH_CHARACTERS = 1_000_000
# Segments of about one size before they become one: few to search, and each page is copied seldom.
_SEGMENTS_OF_A_SIZE = 4


class BlockWriter(SegmentWriter):
    """Adds documents, removes them by key, and commits both at once."""

    def __init__(self, index: Any, *, timeout: float) -> None:
        super().__init__(index, timeout=timeout, codec=BlockCodec(), compound=False)
        self.mergetype = merge_sizes
        self.pool = RunPool(Path(self.temp_storage().folder))

    def add_document(self, document: Document) -> None:
        """Add a document."""
        self.perdocwriter.add(document.key, document.fingerprint, document.group)
        self.pool.add(self.docnum, document)
        self.docnum += 1
        self._added = True

    def delete_keys(self, keys: Iterable[str]) -> None:
        """Remove the committed documents with these keys."""
        segments = [
            (segment, self.codec.per_document_reader(self.storage, segment).keys) for segment in self.segments
        ]
        for key in keys:
            for segment, documents in segments:
                document = documents.find(key)
                if document is not None:
                    segment.delete_document(document)

    def add_reader(self, reader: Any) -> None:
        """Take over what is left of a committed segment."""
        numbers = np.ones(reader.doc_count_all(), np.int64)
        numbers[list(reader.deleted_docs_set)] = 0
        kept = np.flatnonzero(numbers)
        numbers = np.where(numbers, np.cumsum(numbers) - 1 + self.docnum, -1)
        keys = reader.column_reader("key", translate=False)
        for document in kept.tolist():
            fingerprint, group = int(keys.fingerprints[document]), int(keys.groups[document])
            self.perdocwriter.add(keys[document], fingerprint, group)
        columns = {name: reader.cursor(name).column for name in reader.indexed_field_names()}
        self.pool.add_source(Source(columns, numbers))
        self.docnum += len(kept)
        self._added = True


class RunPool:
    """Documents on their way into a segment: inverted in batches, each batch but the last put down in a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: list[Source] = []
        self._start_batch(0)

    def add(self, number: int, document: Document) -> None:
        """Add a document under the next number."""
        if self._characters > _BATCH_CHARACTERS:
            self._put_down()
        if not self._types:
            self._start_batch(number)
        at = len(self._types)
        self._types.append(document.types)
        for column, text in document.texts.items():
            if text:
                self._texts[column][at] = text
                self._characters += len(text)

    def add_source(self, source: Source) -> None:
        """Add columns that are inverted already, their documents numbered from the next number on."""
        self._close_batch()
        self._sources.append(source)

    def iter_postings(self) -> Iterator[Source]:
        """Yield everything, in the order of the numbers."""
        self._close_batch()
        return iter(self._sources)

    def cleanup(self) -> None:
        """Let go of everything; the files go with the writer's temporary folder."""
        self._sources = []

    def _start_batch(self, number: int) -> None:
        self._first = number
        self._types: list[Sequence[str]] = []
        self._texts: defaultdict[str, dict[int, str]] = defaultdict(dict)
        self._characters = 0

    def _close_batch(self) -> None:
        if not self._types:
            return
        count = len(self._types)
        columns: dict[str, InvertedColumn] = {"types": invert_labels(self._types)}
        for name, texts in self._texts.items():
            column = invert_texts(texts, count)
            if column is not None:
                columns[name] = column
        self._sources.append(Source(columns, np.arange(self._first, self._first + count)))
        self._start_batch(0)

    def _put_down(self) -> None:
        self._close_batch()
        columns, numbers = self._sources.pop()
        path = self._folder / f"{len(self._sources)}.columns"
        with create(path) as file:
            writer = ArrayWriter(file)
            write_merged(writer, [Source(columns, np.arange(len(numbers)))])
            writer.finish()
        self._sources.append(Source(columns_file(path), numbers))


def merge_sizes(writer: Any, segments: Sequence[Any]) -> list[Any]:
    """Merge segments of about one size when there are enough of them, with all smaller ones; drop empty ones.

    A segment that is more than half deleted is written anew as well. Returns the segments that stay.
    """
    filled = [segment for segment in segments if segment.doc_count()]
    sizes = Counter(_size(segment.doc_count()) for segment in filled)
    if writer.doc_count():
        sizes[_size(writer.doc_count())] += 1
    limit = max((size for size, count in sizes.items() if count >= _SEGMENTS_OF_A_SIZE), default=-1)
    stay = []
    for segment in filled:
        half_deleted = 2 * segment.deleted_count() > segment.doc_count_all()
        if _size(segment.doc_count()) > limit and not half_deleted:
            stay.append(segment)
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return stay


def _size(documents: int) -> int:
    return int(math.log(documents, _SEGMENTS_OF_A_SIZE))
