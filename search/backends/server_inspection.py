"""What the index of a search server holds, document by document, and whether it is what would be sent now."""

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

from django.apps import apps

from search.backends.inspection import StoredDocument
from search.backends.rebuilding import WrittenDirectly, number_of, roots

# The most that a server gives at once is 10,000 documents; texts come with them.
_KEYS_AT_ONCE: Final = 5000
_DOCUMENTS_AT_ONCE: Final = 200


class ServerInspection(WrittenDirectly):
    """Mixed into a backend of the framework: its index shown document by document."""

    es: Any
    asking: Any
    mapping_class: Any
    get_index_for_model: Any
    use_new_elasticsearch_api: bool
    NotFoundError: Any

    def needs_rebuild(self) -> bool:
        """Tell that an index is missing; raises SearchUnavailableError when the server does not say."""
        with self.asking():
            return not all(self.get_index_for_model(model).exists() for model in roots().values())

    def stored_documents(self) -> Iterator[StoredDocument]:
        """Yield everything in rising order; in memory are the keys of one model and the texts of some documents."""
        for root, model in roots().items():
            index = self.get_index_for_model(model)
            with self.asking():
                index.refresh()
                values = sorted(
                    self._keys(index.name), key=lambda value: (number_of(value), f"{root}:{value}")
                )
                for at in range(0, len(values), _DOCUMENTS_AT_ONCE):
                    yield from self._documents(root, index.name, values[at : at + _DOCUMENTS_AT_ONCE])

    def fingerprint_of(self, instance: Any) -> int:
        """Return the fingerprint of an object as it would be sent now."""
        return _fingerprint(self.mapping_class(type(instance)).get_document(instance))

    def mend(self, changes: Any) -> None:
        """Write now what the database says of these objects; the next search sees it."""
        with self.asking():
            super().mend(changes)
            for model in roots().values():
                self.get_index_for_model(model).refresh()

    def forget(self, root: str, value: str) -> None:
        """Take a document out."""
        with suppress(self.NotFoundError):
            self.es.delete(index=self.get_index_for_model(apps.get_model(root)).name, id=value)

    def _keys(self, index: str) -> Iterator[str]:
        after: dict[str, Any] = {}
        while True:
            body = {
                "query": {"match_all": {}},
                "size": _KEYS_AT_ONCE,
                "sort": ["pk"],
                "_source": False,
                **after,
            }
            hits = self._hits(index, body)
            yield from (str(hit["_id"]) for hit in hits)
            if len(hits) < _KEYS_AT_ONCE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _documents(self, root: str, index: str, values: list[str]) -> Iterator[StoredDocument]:
        body = {"query": {"ids": {"values": values}}, "size": len(values)}
        found = {str(hit["_id"]): hit["_source"] for hit in self._hits(index, body)}
        for value in values:
            if value in found:
                yield StoredDocument(root, number_of(value), f"{root}:{value}", _fingerprint(found[value]))

    def _hits(self, index: str, body: dict[str, Any]) -> list[Any]:
        asked = body if self.use_new_elasticsearch_api else {"body": body}
        return list(self.es.search(index=index, **asked)["hits"]["hits"])


def _fingerprint(document: Any) -> int:
    text = json.dumps(document, sort_keys=True, default=_as_sent)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _as_sent(value: Any) -> Any:
    """Return a value as the servers' clients write it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
