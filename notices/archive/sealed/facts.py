"""What a sealed package says of itself: of which notice it is, in which place it stood, by which version it was made."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from wagtail.models import Locale, Page

from notices.archive.sealed.container import FORMAT
from notices.archive.sealed.contents import ROWS
from notices.ledger.models import Chain
from notices.models import NoticePage, NoticeRecord, Office, Project, ProjectDate, ProponentPage
from notices.services import chain_key

PROPONENT_FIELDS = ("title", "uscc", "address", "responsible", "demo")
PROJECT_FIELDS = ("name", "code", "contracted_on", *ProjectDate.values)
OFFICE_FIELDS = ("name", "kind", "division_codes")
ACCOUNT_FIELDS = ("username", "first_name", "last_name")


def facts_of(record: NoticeRecord, *, now: datetime) -> dict[str, Any]:
    """Return what stands at the head of a package; the ledger's head is the one that its rows have."""
    page = record.page
    chain = Chain.objects.get(key=chain_key(record))
    project: Project | None = page.project
    office: Office | None = project.approval_authority if project else None
    proponent = ProponentPage.objects.get(pk=page.get_parent().pk)
    return {
        "format": FORMAT,
        "code": record.code,
        "title": page.title,
        "chain": chain.key,
        "length": chain.length,
        "head": chain.head,
        "made_at": timezone.localtime(now).isoformat(timespec="seconds"),
        "portal": settings.WAGTAILADMIN_BASE_URL,
        "schema": schema(),
        "page": page.pk,
        "superseded_by": record.superseded_by.code if record.superseded_by else None,
        "proponent": {name: getattr(proponent, name) for name in PROPONENT_FIELDS},
        "project": {"pk": project.pk, **{name: getattr(project, name) for name in PROJECT_FIELDS}}
        if project
        else None,
        "office": {name: getattr(office, name) for name in OFFICE_FIELDS} if office else None,
    }


def schema() -> dict[str, str]:
    """Return the last migration of each app whose rows travel: rows fit into the tables they came from."""
    wanted = {rows.label.split(".")[0] for rows in ROWS}
    found = MigrationRecorder.Migration.objects.filter(app__in=wanted).order_by("app", "name")
    return dict(found.values_list("app", "name"))


class Noted:
    """What rows name outside the package, gathered while they are written."""

    def __init__(self, record: NoticeRecord) -> None:
        self._own: dict[type, int] = {
            NoticeRecord: record.pk,
            NoticePage: record.page_id,
            Page: record.page_id,
        }
        self._keys: dict[type, set[int]] = defaultdict(set)
        self._wanted = (get_user_model(), ContentType, Locale, NoticeRecord, NoticePage)

    def note(self, row: dict[str, Any]) -> None:
        """Note the references of a row."""
        for field in apps.get_model(row["model"])._meta.local_fields:
            related, value = field.related_model, row["fields"].get(field.name)
            if related in self._wanted and value is not None and self._own.get(related) != value:
                self._keys[related].add(value)

    def references(self) -> dict[str, dict[Any, Any]]:
        """Return by kind and old key what each thing outside is known by."""
        users = get_user_model().objects.filter(pk__in=self._keys[get_user_model()])
        types = ContentType.objects.filter(pk__in=self._keys[ContentType])
        records = NoticeRecord.objects
        return {
            "users": {row.pk: {name: getattr(row, name) for name in ACCOUNT_FIELDS} for row in users},
            "types": {row.pk: [row.app_label, row.model] for row in types},
            "locales": dict(
                Locale.objects.filter(pk__in=self._keys[Locale]).values_list("pk", "language_code")
            ),
            "records": dict(records.filter(pk__in=self._keys[NoticeRecord]).values_list("pk", "code")),
            "pages": dict(records.filter(page__in=self._keys[NoticePage]).values_list("page", "code")),
        }
