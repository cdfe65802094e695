"""Files sealed to somebody's key in the age format, which the free tools ``age`` and ``rage`` open as well; the only importer of pyrage.

Format: https://age-encryption.org/v1. A file is authenticated in pieces of 64 KiB, its end included: a changed, cut or
prolonged one is found, and little of it is ever in memory. Nothing plain touches the disk, neither way.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyrage

_MAGIC = b"age-encryption.org/v1"
_REMARK = "#"
_IDENTITY = "AGE-SECRET-KEY-"


class NotARecipientError(ValueError):
    """The text is no public key of the form age1…."""


class NotAnIdentityError(ValueError):
    """The file holds no key of the form AGE-SECRET-KEY-1…."""


class NotSealedError(Exception):
    """The file is none in the age format."""


class KeyDoesNotFitError(Exception):
    """The key does not open the file, or the head of the file was changed."""


class SealDamagedError(Exception):
    """The file was changed or cut, or cannot be read to its end."""


def write_identity(path: Path) -> str:
    """Write a new identity to a new file, readable by its owner only; return the public key. Raises OSError."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(f"# public key: {recipient}\n{identity}\n")
    return recipient


def checked_recipient(text: str) -> str:
    """Return a public key as typed, without spaces around it. Raises NotARecipientError."""
    text = text.strip()
    try:
        pyrage.x25519.Recipient.from_str(text)
    except (pyrage.RecipientError, ValueError):
        raise NotARecipientError from None
    return text


def read_identity(path: Path) -> str:
    """Return the first identity of a file as age-keygen and ``write_identity`` write them.

    Raises OSError, NotAnIdentityError.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for line in (line.strip() for line in lines):
        if line.startswith(_IDENTITY):
            with suppress(pyrage.IdentityError, ValueError):
                return str(pyrage.x25519.Identity.from_str(line))
        elif line and not line.startswith(_REMARK):
            break
    raise NotAnIdentityError


@contextmanager
def sealed_to(recipient: str, target: IO[bytes]) -> Iterator[IO[bytes]]:
    """Yield a file to write to: what is written lands sealed in ``target``. Raises OSError where ``target`` does not take it."""
    known = pyrage.x25519.Recipient.from_str(recipient)
    out, into = os.pipe()
    sink = _Sink(target)
    with os.fdopen(out, "rb") as source:
        worker = _Worker(lambda: pyrage.encrypt_io(source, sink, [known]), closes=source)
        try:
            with os.fdopen(into, "wb") as plain:
                yield plain
        except BrokenPipeError:
            if worker.end() is None:
                raise
        error = worker.end()
    if error is not None:
        raise sink.error or error


@contextmanager
def opened_with(identity: str, source: IO[bytes]) -> Iterator[IO[bytes]]:
    """Yield a file to read from: what ``source`` holds, opened piece by piece as it is read.

    What was read is whole and unchanged once the block has ended without an error after its last byte. Raises
    NotSealedError, KeyDoesNotFitError, SealDamagedError at the end of the block, in place of what its content raised.
    """
    if source.read(len(_MAGIC)) != _MAGIC:
        raise NotSealedError
    source.seek(0)
    known = pyrage.x25519.Identity.from_str(identity)
    out, into = os.pipe()
    sink = os.fdopen(into, "wb")
    worker = _Worker(lambda: pyrage.decrypt_io(source, sink, [known]), closes=sink)
    try:
        with os.fdopen(out, "rb") as plain:
            yield plain
    except Exception as error:
        raise _in_words(worker.end()) or error from None
    fault = _in_words(worker.end())
    if fault is not None:
        raise fault


def _in_words(error: Exception | None) -> Exception | None:
    if error is None or isinstance(error, BrokenPipeError):
        return None  # whoever read stopped before the end
    if isinstance(error, pyrage.DecryptError):
        return KeyDoesNotFitError()
    return SealDamagedError()


class _Sink:
    """A target that remembers why it refused: pyrage keeps the words of an error and not the error."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write."""
        try:
            return self._target.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Flush."""
        self._target.flush()


class _Worker:
    """A thread at one end of a pipe, since pyrage reads and writes by itself; its end of the pipe is closed when it is done."""

    def __init__(self, work: Callable[[], None], *, closes: IO[bytes]) -> None:
        self._work, self._closes = work, closes
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> Exception | None:
        """Wait until it has ended; return why it failed."""
        self._thread.join()
        return self._error

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self._error = error
        finally:
            try:
                self._closes.close()
            except OSError as error:  # the rest of a buffer that nobody reads any more
                self._error = self._error or error
