"""Sealing what must not lie in plain, under master keys that lie in a file of their own; the only importer of cryptography.

The file holds one Fernet key a line, the current one first; older ones still open what they sealed.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from cryptography import x509
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

__all__ = ["Fernet", "InvalidToken", "MultiFernet", "certificates_in", "master_cipher"]


def certificates_in(path: Path) -> list[x509.Certificate]:
    """Return the certificates of a PEM file. Raises OSError, and ValueError for a file without one."""
    return x509.load_pem_x509_certificates(path.read_bytes())


def _read_master_keys(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="ascii").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _create_master_keys(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and linked into place: a second process never reads half a key, and never replaces the first one's.
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(Fernet.generate_key() + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def master_cipher() -> MultiFernet:
    """Return the cipher of the master keys; where demo content is allowed a missing file is made.

    Raises ImproperlyConfigured when the file is missing or holds no usable key.
    """
    path = Path(settings.MASTER_KEYS_FILE)
    if not path.exists():
        if not settings.DEMO_ALLOWED:
            raise ImproperlyConfigured(
                f"The master keys file {path} is missing. Restore it from its backup; for a new installation write "
                "one key of cryptography.fernet.Fernet.generate_key() into it, mode 0600."
            )
        _create_master_keys(path)
    keys = _read_master_keys(path)
    if not keys:
        raise ImproperlyConfigured(f"The master keys file {path} holds no key.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The master keys file {path} holds a line that is no Fernet key."
        ) from error
