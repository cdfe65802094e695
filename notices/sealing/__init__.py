"""Sealing what must not lie in plain, under master keys that lie in a file of their own; the only importer of cryptography."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from notices.sealing.key_file import read_keys

__all__ = ["Fernet", "InvalidToken", "MultiFernet", "certificates_in", "master_cipher"]


def certificates_in(path: Path) -> list[x509.Certificate]:
    """Return the certificates of a PEM file. Raises OSError, and ValueError for a file without one."""
    return x509.load_pem_x509_certificates(path.read_bytes())


def master_cipher() -> MultiFernet:
    """Return the cipher of the master keys: it seals under the current one and opens with each.

    Read from the file each time, so that a running process seals under a new key at once. Raises ImproperlyConfigured
    when the file is missing or holds no usable key.
    """
    return MultiFernet(read_keys())
