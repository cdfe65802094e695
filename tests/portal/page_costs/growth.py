"""More rows of every kind in the world of the permission tests, so that a page's cost can be compared at two sizes."""

from __future__ import annotations

import uuid
from copy import copy
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Field, ForeignKey, Model, OneToOneField
from django.utils import timezone
from wagtail.models import Page

from notices.models import NoticePage
from tests.factories import confirm, make_draft, make_notice
from tests.notices.opinions.helpers import send
from tests.people import COMPANY_A
from tests.portal.permissions.world import World

OWN_APPS = (
    "notices",
    "ledger",
    "outbox",
    "opinions",
    "subscriptions",
    "exports",
    "archive",
    "search",
    "signin",
)
# Their rows come by the services, one a project or a person, or stand in no page.
NOT_COPIED = {
    *("notices.Project", "notices.NoticeRecord", "notices.Delegate", "notices.Invitation"),
    *("notices.ReminderChoice", "notices.OperatorCheckTask", "notices.PublicationConfirmation"),
    *("ledger.Chain", "opinions.Opinion", "opinions.Commenter", "opinions.DataKey"),
    *("subscriptions.SubscriberKey", "archive.Statement", "signin.RecoveryCode", "search.PageText"),
    # A further one is another topic, another field of the draft, another file of the proponent's.
    *("opinions.TopicMark", "notices.ImportedField", "notices.Attachment"),
}


def plant(world: World) -> None:
    """Give the world one row of what it lacks."""
    now, today = timezone.now(), timezone.localdate()
    public, closed = _notices(world)
    opinion = apps.get_model("opinions", "Opinion").objects.get()
    op, li = world.people.op, world.people.li
    made = {"made_by": li, "made_at": now}
    meeting = apps.get_model("notices", "Meeting").objects.get()

    def row(model: str, **fields: Any) -> Any:
        return apps.get_model(model).objects.create(**fields)

    answer = row(
        "opinions.Answer",
        notice=closed,
        outcome="adopted",
        report_reference="第六章",
        reason="已加密。",
        commitment="0" * 64,
        **made,
    )
    apps.get_model("opinions", "Opinion").objects.update(answer=answer)
    row("opinions.TopicMark", opinion=opinion, topic="water", marked_by=li, marked_at=now)
    row(
        "opinions.FeedbackAttempt",
        opinion=opinion,
        answer=answer,
        tried_on=today,
        way="phone",
        result="reached",
        **made,
    )
    row("opinions.Redaction", opinion=opinion, text="请■■。", reason="x", commitment="0" * 64, **made)
    row("opinions.ContactAccess", notice=closed, basis="feedback", reason="x", read_by=li, read_at=now)
    row("opinions.FileAccess", file=opinion.files.get(), original=False, read_by=li, read_at=now)
    row("opinions.RegistrationAccess", meeting=meeting, count=1, reason="x", read_by=li, read_at=now)
    row(
        "opinions.MeetingRegistration",
        meeting=meeting,
        sequence=1,
        number="1",
        form_key_hash="1" * 64,
        lookup_digest="0" * 64,
        registered_at=now,
    )
    row("opinions.Disclosure", notice=closed, shown=True, decided_by=li, decided_at=now)
    row("opinions.PublicRelease", opinion=opinion, answer=answer, checked_by=li, checked_at=now)
    row(
        "exports.ExportRecord",
        notice=closed,
        profile="bureau",
        format="csv",
        purpose="x",
        rows=1,
        sha256="0" * 64,
        made_by=op,
        made_at=now,
    )
    row(
        "notices.NoticeChange",
        record=public.record,
        change_class="slip",
        reason="x",
        version=2,
        made_by=op,
        made_at=now,
    )
    row("notices.ProjectDateChange", project=public.project, date="submitted_on", made_by=li, made_at=now)
    row("notices.SummaryPoint", page=public, aspect="water", text="x", sort_order=0)
    row(
        "notices.ImportedField",
        record=_submitted(world).record,
        path="location",
        value="x",
        origin="text",
        start=0,
        end=1,
    )
    row(
        "signin.FailedSignIns",
        key="k",
        account=li,
        count=9,
        last_at=now,
        locked_until=now + timedelta(hours=1),
    )
    row(
        "signin.FailedSignIns",
        key="a",
        address="192.0.2.1",
        count=9,
        last_at=now,
        locked_until=now + timedelta(hours=1),
    )
    row(
        "subscriptions.Subscription",
        county="141026",
        address_hash="0" * 64,
        requested_at=now,
        confirmed_at=now,
    )
    row("ledger.LedgerCheck", day=today, finished_at=now, chains=1, entries=1, fault_count=0)
    row(
        "search.IndexCheck",
        day=today,
        queued_at=now,
        finished_at=now,
        documents=1,
        stored=1,
        missing=0,
        left_over=0,
        outdated=0,
    )
    row(
        "archive.Volume",
        notice=closed,
        number=1,
        first_sequence=1,
        last_sequence=1,
        first_number="1",
        last_number="1",
        fingerprint="0" * 64,
        as_of=now,
        sha256="0" * 64,
        size=1,
        pages=1,
        made_at=now,
    )


class Growth:
    """Adds rows to a world, the same number of every kind each time."""

    def __init__(self, world: World) -> None:
        """Keep the rows that are copied."""
        self.world, self.done = world, 0
        self.rows = {model: list(model._default_manager.all()[:20]) for model in _copied()}

    def add(self, times: int) -> None:
        """Add so many rows for each of the first ones."""
        numbers = range(self.done, self.done + times)
        self.done += times
        for number in numbers:
            _add_notices(self.world, number)
            _add_account(self.world, number)
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(_copy(row, number) for number in numbers for row in rows)


def _copied() -> list[Any]:
    return [
        model
        for app in OWN_APPS
        for model in apps.get_app_config(app).get_models()
        if not issubclass(model, Page) and model._meta.label not in NOT_COPIED and not _one_each(model)
    ]


def _add_notices(world: World, number: int) -> None:
    """Add an open notice, a closed one, a draft under check; an opinion to the open and to the closed one of the world."""
    company = world.people.company_a
    make_notice(proponent=company, project_name=f"清水沟{number}号项目")
    draft = make_draft(proponent=company, project_name=f"草稿{number}号项目")
    confirm(draft)
    workflow = draft.get_workflow()
    assert workflow is not None
    workflow.start(NoticePage.objects.get(pk=draft.pk), world.people.li)
    now = timezone.now()
    public, closed = _notices(world)
    send(public, f"意见{number}", now=now)
    send(closed, f"意见{number}", now=now - timedelta(days=39))


def _add_account(world: World, number: int) -> None:
    user = get_user_model().objects.create_user(f"more{number}", password=None)
    user.groups.add(*world.people.li.groups.all(), *world.people.op.groups.all())


def _notices(world: World) -> tuple[NoticePage, NoticePage]:
    notices = NoticePage.objects.filter(proponent_name=COMPANY_A)
    return notices.get(project_name="柳坪项目"), notices.get(project_name="关闭的项目")


def _submitted(world: World) -> NoticePage:
    return NoticePage.objects.get(project_name="清水沟项目")


def _one_each(model: type[Model]) -> bool:
    """Whether a row belongs to one other row, or to one only in its state."""
    meta = model._meta
    one = any(isinstance(field, OneToOneField) and not field.null for field in meta.concrete_fields)
    return one or any(
        all(isinstance(meta.get_field(name), ForeignKey) for name in fields)
        for fields in _unique_together(meta)
    )


def _copy(row: Any, number: int) -> Any:
    made = copy(row)
    made._state = copy(row._state)
    made._state.adding = True
    meta = row._meta
    together = [name for fields in _unique_together(meta) for name in fields]
    for field in meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key:
            setattr(made, field.attname, uuid.uuid4() if isinstance(value, uuid.UUID) else None)
        elif value is not None and (field.unique or field.name in together):
            setattr(made, field.attname, _another(field, value, number))
    return made


def _unique_together(meta: Any) -> list[tuple[str, ...]]:
    return [*meta.unique_together, *(c.fields for c in meta.constraints if hasattr(c, "fields"))]


def _another(field: Field[Any, Any], value: Any, number: int) -> Any:
    """Return another value of a column that must differ."""
    if isinstance(field, ForeignKey):
        return value
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, date):
        return value - timedelta(days=2 + number)
    if isinstance(value, int):
        return value + 1000 * (number + 1)
    return f"{number}{uuid.uuid4().hex}"[: field.max_length or 8] if isinstance(value, str) else value
