"""The only importer of Whoosh, which is old: its import prints warnings that nobody here can act on."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import __version__ as whoosh_version
    from whoosh.codec.base import (
        Codec,
        FieldCursor,
        FieldWriter,
        PerDocumentReader,
        PerDocumentWriter,
        TermsReader,
    )
    from whoosh.codec.whoosh3 import W3Segment
    from whoosh.fields import ID, KEYWORD, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import EmptyIndexError
    from whoosh.reading import SegmentReader
    from whoosh.writing import SegmentWriter

__all__ = [
    "ID",
    "KEYWORD",
    "TEXT",
    "Codec",
    "EmptyIndexError",
    "FieldCursor",
    "FieldWriter",
    "FileStorage",
    "PerDocumentReader",
    "PerDocumentWriter",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "TermsReader",
    "W3Segment",
    "whoosh_version",
]
