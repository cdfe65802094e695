"""Files in a bucket of an S3-compatible service: private objects that nobody but the portal reads.

Imported only where MEDIA_URL names a bucket. Every error of the service is one of two: there is no such file, or the files cannot
be had now.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from notices.content_store import FilesUnavailableError

BLOCK: Final = 1024 * 1024  # bytes asked for at a time by whoever reads on
# Seconds. Somebody waits in front of a page.
CONNECT_WITHIN: Final = 5
ANSWER_WITHIN: Final = 20


class BucketStorage(S3Storage):  # type: ignore[misc]
    """A folder of a bucket. Files are read in ranges, so that neither memory nor disk holds a report to send a part of it."""

    def __init__(self, *, style: str = "path", **options: Any) -> None:
        """Take the options of django-storages; ``style`` is how addresses name the bucket: path or virtual."""
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": style},
            connect_timeout=CONNECT_WITHIN,
            read_timeout=ANSWER_WITHIN,
            retries={"mode": "standard", "total_max_attempts": 2},
            # Services that are older than these sums refuse a request that carries them.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            client_config=config,
            transfer_config=TransferConfig(use_threads=False),
            default_acl=None,
            file_overwrite=True,
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("a file of a bucket is read, or stored as a whole")
        return File(io.BufferedReader(_Object(self, name), BLOCK), name)  # type: ignore[arg-type]

    def _save(self, name: str, content: Any) -> str:
        with _asking():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        """Delete a file; what is not there is no fault."""
        with _asking():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with _asking():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of folders and files in a folder, empty where there is none."""
        with _asking():
            folders, files = super().listdir(path)
        return folders, files

    def size(self, name: str) -> int:
        """Return the bytes. Raises FileNotFoundError."""
        with _asking():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        """Return when the file was stored. Raises FileNotFoundError."""
        with _asking():
            stored: datetime = super().get_modified_time(name)
        return stored

    def url(self, name: str | None, **options: Any) -> str:
        """Refuse: a signed address of the bucket would go past whoever decides who may have a file."""
        raise ValueError("a file of the bucket has no address; it is sent by a view")

    def read_range(self, name: str, first: int, last: int) -> bytes:
        """Return the bytes from ``first`` to ``last``, both included. Raises FileNotFoundError."""
        key = self._normalize_name(name)
        with _asking():
            answer = self.connection.meta.client.get_object(
                Bucket=self.bucket_name, Key=key, Range=f"bytes={first}-{last}"
            )
            return bytes(answer["Body"].read())

    def try_out(self) -> None:
        """Write a small file, list, read and delete it again. Raises FilesUnavailableError with what the service said."""
        name = f"unfinished/{uuid4().hex}"
        self.save(name, ContentFile(b"1"))
        # A key that may not list gets 403 for a file that is not there, and no file could be stored.
        self.listdir("unfinished")
        self.read_range(name, 0, 0)
        self.delete(name)


class _Object(io.RawIOBase):
    """One object, read where somebody asks."""

    def __init__(self, storage: BucketStorage, name: str) -> None:
        super().__init__()
        self._storage, self._key = storage, name
        self._size, self._at = storage.size(name), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def readall(self) -> bytes:
        return self._read(self._size)

    def _read(self, most: int) -> bytes:
        stop = min(self._size, self._at + most)
        if stop <= self._at:
            return b""
        piece = self._storage.read_range(self._key, self._at, stop - 1)
        self._at += len(piece)
        return piece


@contextmanager
def _asking() -> Iterator[None]:
    """Turn what a service can answer, or fail to, into FileNotFoundError and FilesUnavailableError.

    The new error carries only the kind: a message may hold an address with its signature.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404 and code != "NoSuchBucket":
            raise FileNotFoundError(errno.ENOENT, "no such file in the bucket") from None
        raise FilesUnavailableError(code or f"HTTP {status}") from None
    except (BotoCoreError, Boto3Error) as error:
        raise FilesUnavailableError(_kind(error)) from None


def _kind(error: Exception) -> str:
    """Return what failed; uploading says in words what the service answered with a code."""
    cause = error.__context__
    if isinstance(cause, ClientError):
        return str(cause.response.get("Error", {}).get("Code", "")) or type(error).__name__
    return type(error).__name__
