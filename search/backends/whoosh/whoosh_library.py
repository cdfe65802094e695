"""The only importer of Whoosh, which is old: its import prints warnings that nobody here can act on."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import __version__ as whoosh_version
    from whoosh.fields import ID, KEYWORD, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.formats import Positions
    from whoosh.index import EmptyIndexError
    from whoosh.reading import TermNotFound
    from whoosh.writing import SegmentWriter

__all__ = [
    "ID",
    "KEYWORD",
    "TEXT",
    "EmptyIndexError",
    "FileStorage",
    "Positions",
    "Schema",
    "SegmentWriter",
    "TermNotFound",
    "whoosh_version",
]
