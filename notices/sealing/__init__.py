"""Sealing what must not lie in plain, under master keys that lie in a file of their own; the only importer of cryptography."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from notices.sealing.key_file import read_keys

__all__ = ["Fernet", "InvalidToken", "MultiFernet", "master_cipher"]


def master_cipher() -> MultiFernet:
    """Return the cipher of the master keys: it seals under the current one and opens with each.

    Read from the file each time, so that a running process seals under a new key at once. Raises ImproperlyConfigured
    when the file is missing or holds no usable key.
    """
    return MultiFernet(read_keys())
