"""What PostgreSQL's index holds, entry by entry, and whether it is what would be written now."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import TextField
from django.db.models.functions import MD5, Cast, Concat
from modelsearch.backends.base import get_model_root
from modelsearch.backends.database.postgres.postgres import IndexEntry

from search.backends.inspection import StoredDocument
from search.backends.rebuilding import number_of

_ENTRIES_AT_ONCE: Final = 500
_VECTORS: Final = MD5(Concat(Cast("body", TextField()), Cast("autocomplete", TextField())))


def stored_documents(using: str) -> Iterator[StoredDocument]:
    """Yield every entry in rising order; in memory are the keys of one model and the fingerprints of some entries."""
    entries = IndexEntry._default_manager.using(using)
    families: dict[str, list[int]] = {}
    for pk in entries.values_list("content_type_id", flat=True).distinct():
        families.setdefault(_root_of(pk), []).append(pk)
    for root in sorted(families):
        own = entries.filter(content_type_id__in=families[root])
        values = own.values_list("object_id", flat=True).distinct()
        keys = sorted(values, key=lambda value: (number_of(value), f"{root}:{value}"))
        for at in range(0, len(keys), _ENTRIES_AT_ONCE):
            chunk = keys[at : at + _ENTRIES_AT_ONCE]
            found = own.filter(object_id__in=chunk).annotate(digest=_VECTORS)
            digests = dict(found.values_list("object_id", "digest"))
            for value in chunk:
                if value in digests:
                    digest = _number(digests[value])
                    yield StoredDocument(root, number_of(value), f"{root}:{value}", digest)


def fingerprint(body: str, autocomplete: str, *, using: str) -> int:
    """Return the fingerprint of vectors as the database would write them down."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT md5(%s::tsvector::text || %s::tsvector::text)", [body, autocomplete])
        return _number(cursor.fetchone()[0])


def forget(root: str, value: str, *, using: str) -> None:
    """Delete an object's entries, whichever of its classes they name."""
    kinds = [kind.pk for kind in ContentType.objects.all() if _root_of(kind.pk) == root]
    IndexEntry._default_manager.using(using).filter(content_type_id__in=kinds, object_id=value).delete()


def _root_of(content_type: int) -> str:
    kind: Any = ContentType.objects.get_for_id(content_type)
    model = kind.model_class()
    # Entries of a model that is no longer there are left over.
    return str(get_model_root(model)._meta.label_lower if model else f"{kind.app_label}.{kind.model}")


def _number(digest: str) -> int:
    return int(digest[:16], 16)
