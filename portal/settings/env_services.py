"""Strict readers of the addresses of services and places outside the portal: cache, mail, files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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


@dataclass(frozen=True, slots=True)
class Bucket:
    """A place in a bucket of an S3-compatible service: options of the storage, and the folder in the bucket, "" for all of it."""

    options: dict[str, str]
    folder: str

    def storage(self, name: str) -> dict[str, Any]:
        """Return the setting of a storage that lies below this place."""
        location = f"{self.folder}/{name}".strip("/")
        return {
            "BACKEND": "portal.bucket_storage.BucketStorage",
            "OPTIONS": {**self.options, "location": location},
        }


def env_files(name: str, *, default: Path) -> Path | Bucket:
    """Return where all files lie: the folder of a file:// address, the bucket of an s3+https:// one, ``default`` when unset."""
    value = env_str(name, "")
    return _bucket(name, value) if value.startswith("s3") else _folder(name, value, default)


def _bucket(name: str, value: str) -> Bucket:
    """Read s3+https://KEY:SECRET@host/bucket/folder?region=…&style=virtual; never repeats the value, which holds the secret."""
    try:
        parts = urlsplit(value)
        port, query = parts.port, dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        parts, port, query = urlsplit(""), None, {}
    bucket, _slash, folder = unquote(parts.path).strip("/").partition("/")
    style = query.pop("style", "path")
    region = query.pop("region", "us-east-1")
    sound = (
        parts.scheme in ("s3+https", "s3+http")
        and parts.hostname
        and parts.username
        and parts.password
        and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket)
        and ".." not in folder
        and style in ("path", "virtual")
        and re.fullmatch(r"[a-z0-9-]+", region)
        and not query
        and not parts.fragment
    )
    if not sound:
        raise ImproperlyConfigured(
            f"{name}: write s3+https://KEY:SECRET@host/bucket or s3+https://KEY:SECRET@host/bucket/folder, with "
            "?region=… and &style=virtual where the service wants them; special characters percent-encoded."
        )
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            f'{name} names a bucket, whose client is not installed. Run: pip install "django-storages[s3]>=1.14.6"'
        )
    options = {
        "endpoint_url": f"{parts.scheme.removeprefix('s3+')}://{host}{f':{port}' if port else ''}",
        "bucket_name": bucket,
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "region_name": region,
        "style": style,
    }
    return Bucket(options, folder)


def _folder(name: str, value: str, default: Path) -> Path:
    if not value:
        return default
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    path = Path(unquote(parts.path))
    if parts.scheme != "file" or parts.netloc or not path.is_absolute() or path == Path("/"):
        # Not the value itself: an address of object storage may hold its secret and goes to the log.
        raise ImproperlyConfigured(
            f"{name}: write nothing, an absolute folder such as file:///srv/portal, or s3+https://KEY:SECRET@host/bucket."
        )
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
