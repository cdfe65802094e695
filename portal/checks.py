"""System checks with ids: what is missing and what to do."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.utils import timezone

from notices.calendars import current_calendar, missing_year
from notices.content_store import FilesUnavailableError
from notices.models.attachments import content_storage
from notices.printing import missing_parts
from portal.models import default_settings
from portal.signin.operators import ENOUGH, active_operators

MAIL_PATIENCE = 3  # seconds


def check_master_keys_apart(**kwargs: Any) -> list[CheckMessage]:
    """E001: the master keys must not lie in the media or content folder, which backups and servers hand out."""
    path = settings.MASTER_KEYS_FILE.resolve()
    if settings.FILES_DIR / "media" in path.parents or settings.FILES_DIR / "content" in path.parents:
        return [
            Error(
                "The master keys lie in a folder that is served or copied.",
                hint="Set PORTAL_MASTER_KEYS_FILE to a path outside media and content.",
                id="portal.E001",
            )
        ]
    return []


def check_printing(**kwargs: Any) -> list[CheckMessage]:
    """W001: without the PDF libraries or fonts everything but PDF works."""
    missing = missing_parts()
    if not missing:
        return []
    return [
        Warning(
            f"PDF output is not available: {'; '.join(missing)}.",
            hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk",
            id="portal.W001",
        )
    ]


def check_time_stamping(**kwargs: Any) -> list[CheckMessage]:
    """E002: a time stamp that nobody can verify proves nothing."""
    if not settings.TIMESTAMP_URL:
        return []
    problem = ""
    if not settings.TIMESTAMP_URL.startswith(("https://", "http://")):
        problem = "TIMESTAMP_URL is no http(s) address."
    elif not settings.TIMESTAMP_CA_FILE or not Path(settings.TIMESTAMP_CA_FILE).is_file():
        problem = "TIMESTAMP_URL is set, but TIMESTAMP_CA_FILE names no file."
    if not problem:
        return []
    hint = "Set TIMESTAMP_CA_FILE to the PEM file with the root certificate of the time-stamping service."
    return [Error(problem, hint=hint, id="portal.E002")]


def check_calendar(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W002: from 1 November the schedule of the next year should be entered; until then new windows end provisionally.

    The answer stands in the database and depends on the day, so that it belongs to the checks of the database: `migrate`,
    `serve` and `check --database default` ask it, the static `make check` does not and stays the same the whole year.
    """
    if "default" not in (databases or ()):
        return []
    try:
        year = missing_year(timezone.localdate(), current_calendar())
    except DatabaseError:
        return []  # the tables are still to be made
    if year is None:
        return []
    return [
        Warning(
            f"The holiday schedule of {year} is not known: windows that reach into it end provisionally.",
            hint=f"Enter it under 设置 > 节假日安排, or run manage.py import_calendar FILE, once {year} is published.",
            id="portal.W002",
        )
    ]


def check_cache(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E003: a cache that does not answer fails every submission; asked at the start, with the checks of the database."""
    if "default" not in (databases or ()):
        return []
    try:
        cache.set("start", "1", 60)
        kept = cache.get("start") == "1"
    except Exception:  # each client has errors of its own
        kept = False
    hint = "Check that the service named in CACHE_URL runs and takes the password, or leave CACHE_URL empty."
    return [] if kept else [Error("The cache does not answer.", hint=hint, id="portal.E003")]


# What services of this kind answer, and what to look at then; anything else is a service that cannot be reached.
_FILES_HINTS = {
    "InvalidAccessKeyId": "The service does not know the key in MEDIA_URL.",
    "SignatureDoesNotMatch": "The secret in MEDIA_URL is wrong; special characters must be percent-encoded. Is the region right?",
    "NoSuchBucket": "Make the bucket that MEDIA_URL names, closed to the public.",
    "AccessDenied": "Let the key read, write, delete and list in the bucket (GetObject, PutObject, DeleteObject, ListBucket).",
}


def check_files(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E004: without its bucket the portal can neither take nor show a file; asked at the start."""
    storage: Any = content_storage()
    if "default" not in (databases or ()) or not hasattr(storage, "try_out"):
        return []
    try:
        storage.try_out()
    except FilesUnavailableError as error:
        hint = _FILES_HINTS.get(
            error.reason, "Check that the service named in MEDIA_URL runs and can be reached from here."
        )
        return [Error(f"The bucket of files cannot be used: {error.reason}.", hint=hint, id="portal.E004")]
    return []


def check_mail(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W003: without its mail server the portal works, and mails wait; asked at the start."""
    if "default" not in (databases or ()) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return []
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=MAIL_PATIENCE).close()
    except OSError:
        problem = f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer: mails wait."
        return [Warning(problem, hint="Check EMAIL_HOST and EMAIL_PORT, or the server.", id="portal.W003")]
    return []


def check_deputy(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W004: one operator who is ill or has lost the phone stops the platform; asked at the start."""
    if "default" not in (databases or ()):
        return []
    try:
        count = active_operators().count()
    except DatabaseError:
        return []  # the tables are still to be made
    if count >= ENOUGH:
        return []
    hint = "Add another account in the group of operators under 设置 > 用户 (the first one: manage.py createsuperuser)."
    return [
        Warning(f"{count} active operators: the administrator has no deputy.", hint=hint, id="portal.W004")
    ]


def check_foot(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W005: a public site must name who runs it and its registration at the foot of its pages."""
    if "default" not in (databases or ()) or settings.DEMO_ALLOWED:
        return []
    try:
        missing = default_settings().missing_by_law()
    except DatabaseError:
        return []  # the tables are still to be made
    if not missing:
        return []
    hint = "An operator fills them in under 设置 > 平台设置."
    return [Warning(f"The foot of the pages lacks: {'、'.join(missing)}.", hint=hint, id="portal.W005")]


def connect() -> None:
    """Register the checks once."""
    register(check_master_keys_apart, Tags.security)
    register(check_printing, "printing")
    register(check_time_stamping, Tags.security)
    register(check_calendar, Tags.database)
    register(check_cache, Tags.database)
    register(check_files, Tags.database)
    register(check_mail, Tags.database)
    register(check_deputy, Tags.database)
    register(check_foot, Tags.database)
