"""What a document of the index consists of."""

from search.analysis import ANALYSIS_VERSION
from search.backends.whoosh.codec import CODEC_VERSION
from search.backends.whoosh.whoosh_library import ID, KEYWORD, TEXT, Schema, whoosh_version

SCHEMA_VERSION = 3

#: Indexes of another format are never opened.
INDEX_FORMAT = f"s{SCHEMA_VERSION}c{CODEC_VERSION}w{'-'.join(str(part) for part in whoosh_version)}"
#: Indexes of another version are rebuilt beside and replaced; those of the same format answer until then.
INDEX_VERSION = f"{INDEX_FORMAT}a{ANALYSIS_VERSION}"


def new_schema() -> Schema:
    """Return the schema of an empty index; a text column for each search field is added as it is met."""
    return Schema(key=ID(unique=True, sortable=True), types=KEYWORD())


def text_column() -> TEXT:
    """Return a text column; its terms are the project's and its text is not stored."""
    return TEXT(phrase=True, stored=False)
