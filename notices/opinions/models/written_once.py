"""Rows that are written once: only the fields named by the model may change, and nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import ProtectedError


class WrittenOnceQuerySet(models.QuerySet[Any]):
    """Refuses in bulk what the model refuses row by row."""

    def update(self, **kwargs: Any) -> int:
        """Change changeable fields only."""
        fixed = set(kwargs) - self.model.changeable
        if fixed:
            raise ProtectedError(f"{self.model.__name__}: {', '.join(sorted(fixed))} never change.", set())
        return super().update(**kwargs)

    def delete(self) -> Any:
        """Refuse."""
        raise ProtectedError(f"{self.model.__name__} rows are never deleted.", set())


class WrittenOnce(models.Model):
    """A row whose fields are fixed at insertion, apart from those in ``changeable``.

    ``save()`` and ``delete()`` raise ``django.db.models.ProtectedError`` for anything else.
    """

    changeable: ClassVar[frozenset[str]] = frozenset()

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Insert, or update changeable fields that are named in ``update_fields``."""
        if not self._state.adding and (update_fields is None or not set(update_fields) <= self.changeable):
            raise ProtectedError(f"{type(self).__name__} is written once.", {self})
        super().save(*args, update_fields=update_fields, **kwargs)

    def _overwrite(self, **values: Any) -> None:
        """Change fields that never change otherwise: for the destruction or erasure of content by law, and nothing else."""
        for name, value in values.items():
            setattr(self, name, value)
        super().save(update_fields=list(values))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ProtectedError(f"{type(self).__name__} rows are never deleted.", {self})
