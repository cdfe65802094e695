"""System checks of the search engine, with ids: what is wrong and what to do."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from wagtail.search.backends import get_search_backend

from notices.models import NoticePage


def check_engine(**kwargs: Any) -> list[CheckMessage]:
    """E001: an engine that cannot be loaded finds nothing and breaks every page that is saved."""
    try:
        get_search_backend()
    except ImproperlyConfigured as error:
        hint = "Do what is said, or leave SEARCH_URL empty to search with Whoosh."
        return [Error(str(error), hint=hint, id="search.E001")]
    return []


def check_engine_answers(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W001: an engine beside this process does not answer or has no index; asked with the checks of the database."""
    if "default" not in (databases or ()) or check_engine():
        return []
    try:
        problem = getattr(get_search_backend(), "problem", lambda model: "")(NoticePage)
    except DatabaseError:
        return []  # the tables are still to be made
    if not problem:
        return []
    hint = "The pages work without, but nothing is found. See SEARCH_URL in the README."
    return [Warning(problem, hint=hint, id="search.W001")]


def connect() -> None:
    """Register the checks once."""
    register(check_engine, "search")
    register(check_engine_answers, Tags.database)
