"""Strict readers of environment variables: a wrong value stops the start with a sentence that says what to write."""

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

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

    A folder of a Unix socket is written percent-encoded in place of the host. Connections stay open between requests
    and are looked at before they are used again; isolation is PostgreSQL's own READ COMMITTED, as the chain locks want.
    """
    value = env_str(name, "")
    if not value:
        return None
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
