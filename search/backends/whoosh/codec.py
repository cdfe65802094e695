"""Whoosh's segments in the project's files: a table of the documents' keys, and inverted columns of one block a term.

Whoosh keeps the table of contents, the schema, the deletions and the locks, and calls what is here through its codec
interface. Its matchers and scorers, which go from posting to posting, are not served: readers take a column from
``reader.cursor(name).column`` and the keys from ``reader.column_reader("key", translate=False)``.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from search.backends.whoosh.arrays import ArrayFile, ArrayWriter
from search.backends.whoosh.inverted import InvertedColumn, StringTable, small, table_of
from search.backends.whoosh.merging import Source, write_merged
from search.backends.whoosh.ownership import create
from search.backends.whoosh.whoosh_library import (
    Codec,
    FieldCursor,
    FieldWriter,
    PerDocumentReader,
    PerDocumentWriter,
    TermsReader,
    W3Segment,
)

#: Part of every index's version: change it when the files change.
CODEC_VERSION = 3

_KEYS = ".keys"
_COLUMNS = ".columns"


class BlockCodec(Codec):
    """The codec of the project's segments."""

    # Lengths are counted while texts are inverted, not looked up for each posting.
    length_stats = False

    def per_document_writer(self, storage: Any, segment: Any) -> "KeysWriter":
        """Return the writer of the documents' keys."""
        return KeysWriter(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> "ColumnsWriter":
        """Return the writer of the columns."""
        return ColumnsWriter(storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> "KeysReader":
        """Open the documents' keys."""
        return KeysReader(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> "ColumnsReader":
        """Open the columns."""
        return ColumnsReader(path_of(storage, segment, _COLUMNS))

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Return a segment with this codec."""
        return W3Segment(self, indexname)


def path_of(storage: Any, segment: Any, extension: str) -> Path:
    """Return the path of one of a segment's files."""
    return Path(storage.folder) / segment.make_filename(extension)


class DocumentKeys:
    """The keys of a segment's documents, with the whole number after the colon for those that have one.

    Beside each stand the fingerprint of what was indexed, by which a comparison with the database sees what is outdated,
    and the group that the document belongs to.
    """

    def __init__(self, file: ArrayFile) -> None:
        arrays = file.group("keys")
        self._table = StringTable(arrays["ends"], arrays["text"])
        self._documents, self._ranks = arrays["documents"], arrays["ranks"]
        #: For each document the number, -1 where there is none.
        self.numbers = arrays["numbers"]
        #: For each document its 64-bit fingerprint.
        self.fingerprints = arrays["fingerprints"]
        #: For each document the number of its group, -1 where there is none.
        self.groups = arrays["groups"]

    def __getitem__(self, document: int) -> str:
        return self._table[int(self._ranks[document])].decode()

    def find(self, key: str) -> int | None:
        """Return the document with ``key``."""
        rank = self._table.find(key.encode())
        return None if rank < 0 else int(self._documents[rank])


class KeysWriter(PerDocumentWriter):
    """Collects the keys of a new segment's documents."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._path = path_of(storage, segment, _KEYS)
        self._keys: list[bytes] = []
        self._fingerprints: list[int] = []
        self._groups: list[int] = []
        self.is_closed = False

    def add(self, key: str, fingerprint: int, group: int) -> None:
        """Add the key, the fingerprint and the group of the next document."""
        self._keys.append(key.encode())
        self._fingerprints.append(fingerprint)
        self._groups.append(group)

    def close(self) -> None:
        """Write the file, unless there was no document."""
        self.is_closed = True
        if not self._keys:
            return
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        documents = np.array(order, np.int64)
        ranks = np.empty_like(documents)
        ranks[documents] = np.arange(len(documents))
        table = table_of([self._keys[at] for at in order])
        with create(self._path) as file:
            writer = ArrayWriter(file)
            writer.add_group(
                "keys",
                {
                    "ends": table.ends,
                    "text": table.text,
                    "documents": small(documents),
                    "ranks": small(ranks),
                    "numbers": np.array(list(map(_number, self._keys)), np.int64),
                    "fingerprints": np.array(self._fingerprints, np.uint64),
                    "groups": np.array(self._groups, np.int64),
                },
            )
            writer.finish()


class ColumnsWriter(FieldWriter):
    """Writes the columns of a new segment."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._path = path_of(storage, segment, _COLUMNS)
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Source]) -> None:
        """Write the postings that the writer's pool hands over: not one by one, but as whole inverted columns."""
        with create(self._path) as file:
            writer = ArrayWriter(file)
            write_merged(writer, list(items))
            writer.finish()

    def close(self) -> None:
        """Mark the writer as done."""
        self.is_closed = True


class KeysReader(PerDocumentReader):
    """The documents of a segment as Whoosh asks for them."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._segment = segment
        self.keys = DocumentKeys(ArrayFile(path_of(storage, segment, _KEYS)))

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        """Tell whether any document is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Tell whether a document is deleted."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        """Yield the deleted documents."""
        return iter(self._segment.deleted_docs())

    def has_column(self, fieldname: str) -> bool:
        """Tell that only keys are kept by document."""
        return fieldname == "key"

    def column_reader(self, fieldname: str, column: Any) -> DocumentKeys:
        """Return the keys."""
        return self.keys


class ColumnsReader(TermsReader):
    """The columns of a segment."""

    def __init__(self, path: Path) -> None:
        self._file = ArrayFile(path)
        self._columns: dict[str, InvertedColumn | None] = {}

    def indexed_field_names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return self._file.groups()

    def cursor(self, fieldname: str, fieldobj: Any) -> "ColumnCursor":
        """Return a cursor on a column, which may be one that no document of this segment fills."""
        if fieldname not in self._columns:
            known = fieldname in self._file.groups()
            self._columns[fieldname] = InvertedColumn(**self._file.group(fieldname)) if known else None
        return ColumnCursor(self._columns[fieldname])


class ColumnCursor(FieldCursor):
    """A column, and for Whoosh's search of similar words a place among its terms."""

    def __init__(self, column: InvertedColumn | None) -> None:
        self.column = column
        self._at = 0

    def text(self) -> str | None:
        """Return the term at this place, None behind the last."""
        if self.column is None or self._at >= len(self.column.terms):
            return None
        return self.column.terms[self._at].decode()

    def find(self, term: str) -> str | None:
        """Go to the first term that is not below ``term`` and return it."""
        if self.column is not None:
            self._at = self.column.terms.first_from(term.encode())
        return self.text()


def columns_file(path: Path) -> dict[str, InvertedColumn]:
    """Return the inverted columns of a file."""
    file = ArrayFile(path)
    return {name: InvertedColumn(**file.group(name)) for name in file.groups()}


def _number(key: bytes) -> int:
    value = key.partition(b":")[2]
    # Only what reads the same as a number and as text: a key 007 is another one than 7.
    is_number = value.isdigit() and len(value) < 19 and str(int(value)).encode() == value
    return int(value) if is_number else -1
