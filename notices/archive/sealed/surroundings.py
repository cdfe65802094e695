"""What a restored notice stands on and does not bring as rows: accounts, proponent, authority, project; found again or made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.dateparse import parse_date
from wagtail.models import Locale

from notices.archive.sealed.facts import PROJECT_FIELDS
from notices.models import NoticeIndexPage, NoticeRecord, Office, Project, ProponentPage
from notices.services import create_proponent


@dataclass(slots=True)
class Surroundings:
    """Keys in this portal by the old ones, kind by kind, and the two rows that the notice hangs on."""

    users: dict[int, int]
    types: dict[int, int]
    locales: dict[int, int]
    records: dict[int, int]
    pages: dict[int, int]
    proponent: ProponentPage
    project: Project | None
    differing: list[str]


def find_or_make(facts: dict[str, Any], references: dict[str, dict[str, Any]]) -> Surroundings:
    """Return the surroundings of a notice. Accounts that are missing are made inactive, without password and roles."""
    proponent = _proponent(facts["proponent"])
    project, differing = _project(facts["project"], proponent, facts["office"])
    records = dict(
        NoticeRecord.objects.filter(
            code__in=[*references["records"].values(), *references["pages"].values()]
        ).values_list("code", "pk")
    )
    pages = dict(NoticeRecord.objects.filter(code__in=records).values_list("code", "page_id"))
    return Surroundings(
        users={int(key): _account(fields) for key, fields in references["users"].items()},
        types={
            int(key): ContentType.objects.get_by_natural_key(*name).pk
            for key, name in references["types"].items()
        },
        locales={int(key): _locale(code) for key, code in references["locales"].items()},
        records={int(key): records[code] for key, code in references["records"].items() if code in records},
        pages={int(key): pages[code] for key, code in references["pages"].items() if code in pages},
        proponent=proponent,
        project=project,
        differing=differing,
    )


def _account(fields: dict[str, str]) -> int:
    users = get_user_model()
    user = users.objects.filter(username=fields["username"]).first()
    if user is None:
        user = users(**fields, is_active=False)
        user.set_unusable_password()
        user.save()
    key: int = user.pk
    return key


def _locale(code: str) -> int:
    key: int = Locale.objects.get_or_create(language_code=code)[0].pk
    return key


def _proponent(fields: dict[str, Any]) -> ProponentPage:
    """Return the 建设单位 of the same code, else of the same name, else a new one with its group."""
    same = ProponentPage.objects.filter(title=fields["title"])
    if fields["uscc"]:
        same = ProponentPage.objects.filter(uscc=fields["uscc"]) or same
    found = same.first()
    if found is not None:
        return found
    name = {"name" if key == "title" else key: value for key, value in fields.items()}
    return create_proponent(index_page=NoticeIndexPage.objects.get(), **name)


def _project(
    fields: dict[str, Any] | None, proponent: ProponentPage, office: dict[str, Any] | None
) -> tuple[Project | None, list[str]]:
    """Return the project, and the dates that stand otherwise here than in the package: those here are kept."""
    if fields is None:
        return None, []
    values = {name: _value(name, fields[name]) for name in PROJECT_FIELDS}
    same = Q(code=fields["code"]) if fields["code"] else Q(code="", name=fields["name"])
    project = Project.objects.filter(same, proponent=proponent).first()
    authority = Office.objects.get_or_create(name=office["name"], defaults=office)[0] if office else None
    if project is None:
        return Project.objects.create(proponent=proponent, approval_authority=authority, **values), []
    differing = []
    field_words = {field.name: field.verbose_name for field in Project._meta.fields}
    for name in PROJECT_FIELDS[2:]:
        if getattr(project, name) is None:
            setattr(project, name, values[name])
        elif values[name] != getattr(project, name):
            differing.append(str(field_words[name]))
    project.approval_authority = project.approval_authority or authority
    project.save()
    return project, differing


def _value(name: str, value: Any) -> Any:
    return parse_date(value) if name.endswith("_on") and value else value
