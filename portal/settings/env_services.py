"""Strict readers of the addresses of services and places outside the portal: cache, mail, files."""

from __future__ import annotations

import re
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal.settings.env import env_bool, env_int, env_str

# Seconds. Counters of senders are asked for at each submission: a server that does not answer must say so soon.
_CACHE_TIMEOUT = 5


def env_cache(name: str, *, folder: Path, prefix: str = "portal", entries: int = 10_000) -> dict[str, Any]:
    """Return the cache of an address such as redis://:password@host:6379/0; files in ``folder`` when unset.

    rediss:// speaks TLS. Several machines need one: counters of failed look-ups and of senders stand in the cache.
    """
    value = env_str(name, "")
    if not value:
        return {
            "BACKEND": "portal.caches.SharedFiles",
            "LOCATION": str(folder),
            # A full cache drops entries at random, counters of failed look-ups among them.
            "OPTIONS": {"MAX_ENTRIES": entries},
        }
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
        sound = (
            sound and not parts.query + parts.fragment and bool(re.fullmatch(r"(?:/\d{0,3})?", parts.path))
        )
    except ValueError:
        sound = False
    if not sound:
        # Not the value itself: it may hold a password and goes to the log.
        raise ImproperlyConfigured(
            f"{name}: write nothing (files on this machine) or an address such as redis://:password@host:6379/0, "
            "special characters percent-encoded."
        )
    if find_spec("redis") is None:
        raise ImproperlyConfigured(
            f'{name} names Redis, whose client is not installed. Run: pip install "redis>=5"'
        )
    timeouts = {"socket_timeout": _CACHE_TIMEOUT, "socket_connect_timeout": _CACHE_TIMEOUT}
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": value,
        "KEY_PREFIX": prefix,
        "OPTIONS": timeouts,
    }


def env_media(name: str, *, default: Path) -> Path:
    """Return the folder that a file:// address names, under which all files lie; ``default`` when unset.

    Files are checked, hashed, drawn and sent from their path in processes without network, so that object storage has to
    be mounted as a folder.
    """
    value = env_str(name, "")
    if not value:
        return default
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    path = Path(unquote(parts.path))
    if parts.scheme.partition("+")[0] == "s3":
        raise ImproperlyConfigured(
            f"{name}: the portal works on files by their path. Mount the bucket as a folder and write file:///srv/portal."
        )
    if parts.scheme != "file" or parts.netloc or not path.is_absolute() or path == Path("/"):
        # Not the value itself: an address of object storage may hold its secret and goes to the log.
        raise ImproperlyConfigured(f"{name}: write nothing or an absolute folder such as file:///srv/portal.")
    if not path.is_dir():
        # Made by hand: a disk that is not mounted would be filled underneath.
        raise ImproperlyConfigured(f"{name}: there is no folder {str(path)!r}. Is the disk mounted?")
    return path


def env_mail() -> dict[str, Any]:
    """Return the mail settings of the EMAIL_… variables, by the names Django gives them."""
    tls, ssl = env_bool("EMAIL_USE_TLS", False), env_bool("EMAIL_USE_SSL", False)
    user, password = env_str("EMAIL_HOST_USER", ""), env_str("EMAIL_HOST_PASSWORD", "")
    host, sender = env_str("EMAIL_HOST", "localhost"), env_str("PORTAL_FROM_EMAIL", "portal@localhost")
    if tls and ssl:
        raise ImproperlyConfigured(
            "EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other: TLS is for port 587, SSL for port 465."
        )
    if bool(user) != bool(password):
        raise ImproperlyConfigured(
            "EMAIL_HOST_USER and EMAIL_HOST_PASSWORD belong together: set both or none."
        )
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        raise ImproperlyConfigured(f"EMAIL_HOST={host!r}: write the name of the mail server alone.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(sender)[1]):
        raise ImproperlyConfigured(
            f"PORTAL_FROM_EMAIL={sender!r}: write an address such as eia@example.gov.cn or 公示平台 <eia@example.gov.cn>."
        )
    return {
        "EMAIL_HOST": host,
        "EMAIL_PORT": env_int("EMAIL_PORT", 587 if tls else 465 if ssl else 25, minimum=1, maximum=65535),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
        "DEFAULT_FROM_EMAIL": sender,
    }
