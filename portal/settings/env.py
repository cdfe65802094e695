"""Strict readers of environment variables: a wrong value stops the start with a sentence that says what to write."""

import os
import re
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str | None = None) -> str:
    """Return the variable, or the default; without a default it must be set."""
    value = os.environ.get(name)
    if value is not None and value != "":
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set.")
    return default


def env_bool(name: str, default: bool) -> bool:
    """Return true for 1/true/yes/on and false for 0/false/no/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")


def env_choice(name: str, choices: tuple[str, ...]) -> str:
    """Return one of some words, the first when unset."""
    value = os.environ.get(name) or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write {' or '.join(choice or 'nothing' for choice in choices)}."
        )
    return value


def env_int(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    """Return a whole number within the bounds."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if not value.isascii() or not value.isdigit() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number from {minimum} to {maximum}.")
    return int(value)


def env_list(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated list without empty parts."""
    value = os.environ.get(name)
    if value is None:
        return default
    return [part.strip() for part in value.split(",") if part.strip()]


def env_database(name: str) -> dict[str, Any] | None:
    """Return the PostgreSQL database of an address such as postgresql://user:password@host:5432/name, None when unset.

    A folder of a Unix socket is written percent-encoded in place of the host.
    """
    value = env_str(name, "")
    return database_at(value, name) if value else None


def database_at(value: str, name: str) -> dict[str, Any]:
    """Return the PostgreSQL database of an address that ``name`` (a variable, an option) holds. Raises ImproperlyConfigured.

    Connections stay open between requests and are looked at before they are used again; isolation is PostgreSQL's own READ
    COMMITTED, as the chain locks want.
    """
    try:
        scheme = urlsplit(value).scheme
        parsed = dj_database_url.parse(value, conn_max_age=300, conn_health_checks=True)
    except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
        scheme, parsed = "", {}
    if scheme not in ("postgres", "postgresql") or not parsed.get("NAME"):
        # Not the value itself: it holds a password and goes to the log.
        raise ImproperlyConfigured(
            f"{name}: write an address of PostgreSQL such as postgresql://user:password@host:5432/name, "
            "special characters percent-encoded."
        )
    return dict(parsed)


def env_search(name: str, *, database: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the search engine that an address names, as the framework configures one; Whoosh in ``folder`` when unset.

    ``postgresql:`` is the portal's own ``database``. ``opensearch://`` and ``elasticsearch://``, with ``+https`` for a
    server reached by TLS, name a server; a path is what the names of its indexes begin with.
    """
    # Part of a code or Latin word is found as people type it.
    options: dict[str, Any] = {"LATIN_PREFIX": True}
    value = env_str(name, "")
    if not value:
        return {"BACKEND": "search.backends.whoosh", "PATH": str(folder), "QUEUE_NAME": "index", **options}
    if value == "postgresql:":
        if database["ENGINE"] != "django.db.backends.postgresql":
            raise ImproperlyConfigured(
                f"{name}=postgresql: searches in the portal's own database: "
                "set DATABASE_URL to one of PostgreSQL, or leave this empty."
            )
        return {"BACKEND": "search.backends.postgresql", **options}
    try:
        parts = urlsplit(value)
        engine, _, transport = parts.scheme.partition("+")
        prefix = parts.path.strip("/")
        sound = (
            bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and not parts.query + parts.fragment
        )
    except ValueError:
        engine, sound = "", False
    if (
        not sound
        or engine not in ("opensearch", "elasticsearch")
        or transport not in ("", "https")
        or not re.fullmatch(r"(?:[a-z0-9][a-z0-9_-]{0,60})?", prefix)
    ):
        # Not the value itself: it may hold a password and goes to the log.
        raise ImproperlyConfigured(
            f"{name}: write nothing, postgresql: or an address such as opensearch+https://user:password@host:9200/portal "
            "(or elasticsearch+https://…, without +https inside one machine), special characters percent-encoded."
        )
    address = urlunsplit((transport or "http", parts.netloc, "", "", ""))
    return {
        "BACKEND": f"search.backends.{engine}",
        "URLS": [address],
        "INDEX_PREFIX": f"{prefix or 'portal'}_",
        **options,
    }


def secret_from_file(path: Path) -> str:
    """Return the secret kept in an owner-only file, making it once; for machines where nobody set one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        secret = token_urlsafe(48)
        handle.write(secret)
    return secret
