"""Rows of another portal fitted into this one: new keys where old ones are taken, references set anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Model
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Locale

from notices.archive.sealed.contents import BATCH, BY_LABEL
from notices.archive.sealed.reading import RestoreRefusedError
from notices.archive.sealed.surroundings import Surroundings
from notices.models import NoticePage, NoticeRecord, Project

PAGE, NOTICE, REVISION, IMPORTED = (
    "wagtailcore.page",
    "notices.noticepage",
    "wagtailcore.revision",
    "notices.importedfield",
)


class Renaming:
    """Old keys to new ones. A model keeps its keys where all of them are free, else they move behind those in use."""

    def __init__(self, own: dict[str, set[int]], around: Surroundings) -> None:
        self._own, self._around = own, around
        self._shift = {label: _shift(BY_LABEL[label].model, keys) for label, keys in own.items()}
        self._shift[NOTICE] = self._shift[PAGE]  # one key for both rows of a page
        self._found: dict[tuple[str, int], int] = {}

    def found(self, label: str, old: int, new: int) -> None:
        """Remember that a row of the package is there already."""
        self._found[label, old] = new

    def own(self, label: str, old: int) -> int | None:
        """Return the new key of a row of the package, None when it is none of it."""
        known = self._found.get((label, old))
        if known is not None or old not in self._own.get(label, ()):
            return known
        return old + self._shift[label]

    def fitted(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with its keys set anew. Raises RestoreRefusedError where something that it needs is nowhere."""
        model, fields = apps.get_model(row["model"]), dict(row["fields"])
        for field in model._meta.local_fields:
            value = fields.get(field.name)
            if field.remote_field is not None and value is not None:
                fields[field.name] = self._reference(field.related_model, value)
                if fields[field.name] is None and not field.null:
                    raise RestoreRefusedError(
                        _("存档包不完整：%(model)s %(pk)s 所属的内容不在包里。")
                        % {"model": row["model"], "pk": row["pk"]}
                    )
        for many in model._meta.local_many_to_many:
            keys = (self._reference(many.related_model, value) for value in fields.get(many.name, ()))
            fields[many.name] = [key for key in keys if key is not None]
        if row["model"] == REVISION:
            fields["object_id"] = str(self.own(PAGE, int(fields["object_id"])))
            fields["content"] = self._content(fields["content"])
        elif row["model"] == IMPORTED:
            fields["path"] = self._path(fields["path"])
        return {"model": row["model"], "pk": self.own(row["model"], row["pk"]), "fields": fields}

    def _reference(self, model: Any, old: Any) -> int | None:
        """Return the key here of whatever a row points at."""
        own = self.own(model._meta.label_lower, old)
        if own is not None:
            return own
        outside: dict[Any, dict[int, int]] = {
            get_user_model(): self._around.users,
            ContentType: self._around.types,
            Locale: self._around.locales,
            NoticeRecord: self._around.records,
            NoticePage: self._around.pages,
        }
        if model is Project and self._around.project is not None:
            return self._around.project.pk
        return outside.get(model, {}).get(old)

    def _content(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return the wording of a revision with its keys set anew; a row that is no more gets a new key when it comes back."""
        fitted = {**content, COMMENTS_RELATION_NAME: []}
        for field in NoticePage._meta.concrete_fields:
            if field.remote_field is not None and fitted.get(field.name) is not None:
                fitted[field.name] = self._reference(field.related_model, fitted[field.name])
        page = fitted["pk"] = self.own(PAGE, content["pk"])
        for relation in get_all_child_relations(NoticePage):
            name, label = relation.get_accessor_name(), relation.related_model._meta.label_lower
            if label in BY_LABEL and name in fitted:
                fitted[name] = [
                    {
                        **row,
                        "pk": self.own(label, row["pk"]) if row["pk"] else None,
                        relation.field.name: page,
                    }
                    for row in fitted[name]
                ]
        return fitted

    def _path(self, path: str) -> str:
        """Return the path of an imported value; that of a row names its key, ``ways:12``."""
        name, colon, key = path.partition(":")
        if not colon:
            return path
        model: Any = NoticePage._meta.get_field(name).related_model
        return f"{name}:{self.own(model._meta.label_lower, int(key)) or 0}"


def _shift(model: type[Model], keys: Iterable[int]) -> int:
    """Return what is added to old keys: nothing while none is taken."""
    rows, wanted = model._base_manager, sorted(keys)
    for start in range(0, len(wanted), BATCH):
        if rows.filter(pk__in=wanted[start : start + BATCH]).exists():
            highest: int = rows.aggregate(highest=Max("pk"))["highest"]
            return highest
    return 0
