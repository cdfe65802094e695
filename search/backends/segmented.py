"""What OpenSearch and Elasticsearch are given and asked: texts cut into terms here, so that they analyse nothing.

A text is sent as its terms between spaces. The server cuts at the spaces and adds the beginnings of every term at the
term's own position, which makes a prefix a term like others: found by itself, in a phrase, and scored. A term that
can begin longer ones ends with a mark where it is indexed, and where the whole term is asked for.
"""

from collections.abc import Sequence
from typing import Any, Final

from modelsearch.index import AutocompleteField, SearchField
from modelsearch.query import SearchQuery

from search.analysis import Clause, Prefix, Slot, normalise, tokenise
from search.analysis.characters import HAN
from search.backends.translation import Translator
from search.backends.values import text_of

Body = dict[str, Any]

# Neither is a letter, a digit or a Han character: no text and no query brings them along.
END: Final = "$"
GAP: Final = "¶"
# Nobody types so long a beginning of one word; whole words are kept whatever their length.
LONGEST_BEGINNING: Final = 40

#: Beside the framework's settings of an index; the default analyzers are those of every text field.
INDEX_SETTINGS: Final[Body] = {
    "settings": {
        "analysis": {
            "analyzer": {
                "default": {"type": "custom", "tokenizer": "spaces", "filter": ["beginnings"]},
                "default_search": {"type": "custom", "tokenizer": "spaces"},
            },
            # Cuts a longer term, of which there are only nonsensical ones.
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 255}},
            "filter": {
                "beginnings": {
                    "type": "edge_ngram",
                    "min_gram": 1,
                    "max_gram": LONGEST_BEGINNING,
                    "preserve_original": True,
                }
            },
        }
    }
}
NOTHING: Final[Body] = {"bool": {"must_not": {"match_all": {}}}}


def segmented(text: str) -> str:
    """Return a text as its terms between spaces; an empty line takes a place, as it does in every index."""
    words: list[str] = []
    for token in tokenise(normalise(text)):
        words.extend(GAP for _ in range(token.position - len(words)))
        words.append(_whole(token.text))
    return " ".join(words)


def asked(clause: Clause) -> str:
    """Return a clause as the words that must stand side by side."""
    return " ".join(
        slot.text[:LONGEST_BEGINNING] if slot.prefix else _whole(slot.text) for slot in clause.slots
    )


def _whole(term: str) -> str:
    # A bigram is the longest term that begins with it.
    return term if len(term) == 2 and HAN.match(term) else term + END


class QueryBodies(Translator[Body]):
    """Writes queries in the servers' language."""

    def __init__(self, fields: Sequence[str], prefix: Prefix) -> None:
        super().__init__(prefix)
        self.fields = list(fields)

    def everything(self) -> Body:
        return {"match_all": {}}

    def nothing(self) -> Body:
        return NOTHING

    def match(self, clause: Clause) -> Body:
        return {"multi_match": {"query": asked(clause), "type": "phrase", "fields": self.fields}}

    def all_of(self, parts: Sequence[Body]) -> Body:
        return {"bool": {"must": list(parts)}}

    def any_of(self, parts: Sequence[Body], least: int = 1) -> Body:
        return {"bool": {"should": list(parts), "minimum_should_match": least}}

    def none_of(self, part: Body) -> Body:
        return {"bool": {"must_not": part}}

    def boosted(self, part: Body, factor: float) -> Body:
        return {"bool": {"must": part, "boost": factor}}

    def similar(self, word: str, distance: int) -> Body:
        fuzzy = {"query": _whole(word), "fuzziness": distance, "prefix_length": 1, "fields": self.fields}
        return {"multi_match": fuzzy} if distance else self.match(Clause((Slot(word),)))


class SegmentedMapping:
    """Mixed into a mapping of the framework: texts of search fields are sent as terms."""

    #: The default analyzers, not those of the framework.
    edgengram_analyzer_config: Body = {}

    def get_field_mapping(self, field: Any) -> tuple[str, Body]:
        """Return a field's column; what is searched is text, numbers too."""
        name, mapping = super().get_field_mapping(field)  # type: ignore[misc]
        if isinstance(field, SearchField | AutocompleteField):
            mapping["type"] = "text"
        return name, mapping

    def _get_document_field_data(self, field: Any, obj: Any) -> tuple[str, Any, list[Any]]:
        if not isinstance(field, SearchField | AutocompleteField):
            found: tuple[str, Any, list[Any]] = super()._get_document_field_data(field, obj)  # type: ignore[misc]
            return found
        text = segmented(text_of(field.get_value(obj)))
        name: str = self.get_field_column_name(field)  # type: ignore[attr-defined]
        return name, text, [text] if isinstance(field, AutocompleteField) else []


class SegmentedQueryCompiler:
    """Mixed into ``search()``'s compiler of the framework."""

    DEFAULT_OPERATOR = "and"
    #: Set by the backend for each of its compilers.
    prefix = Prefix.NUMBERS
    query: SearchQuery
    fields: Sequence[str] | None
    remapped_fields: Any

    def columns(self) -> list[str]:
        """Return the columns asked for, with their boosts."""
        if self.fields is not None and not self.fields:
            return []
        return [field.field_name_with_boost for field in self.remapped_fields]

    def get_inner_query(self) -> Body:
        """Return the query without the queryset's filters."""
        columns = self.columns()
        return QueryBodies(columns, self.prefix).node(self.query) if columns else NOTHING


class SegmentedAutocompleteQueryCompiler(SegmentedQueryCompiler):
    """Mixed into ``autocomplete()``'s compiler of the framework."""

    prefix = Prefix.WORDS

    def columns(self) -> list[str]:
        """Return the columns asked for; the framework has names here."""
        return ["_edgengrams"] if self.remapped_fields is None else list(self.remapped_fields)
