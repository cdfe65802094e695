"""Time-stamping daily roots by a service of RFC 3161, where one is configured; the only importer of rfc3161_client.

What is stamped are the 64 characters of the root, so that anybody can check the token:
``openssl ts -verify -data ROOT.txt -in DAY.tsr -CAfile CA.pem`` with ROOT.txt holding them without a line end.
"""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from notices.ledger.models import DailyRoot
from notices.sealing import certificates_in

logger = logging.getLogger(__name__)

STAMPED_BACK = timedelta(days=31)  # a root holds the one before it: a stamp covers all earlier days
_TIMEOUT = 20
_MOST_BYTES = 1024 * 1024


class StampError(Exception):
    """The service gave no token that holds; the text says why."""


def stamp_roots(*, now: datetime) -> int:
    """Have the roots of the last month stamped that have no token yet; return how many. For the clock.

    After a failure the rest waits for the next run. Does nothing without TIMESTAMP_URL.
    """
    if not settings.TIMESTAMP_URL:
        return 0
    since = timezone.localdate(now) - STAMPED_BACK
    stamped = 0
    for root in DailyRoot.objects.filter(token=None, day__gte=since).order_by("day").defer("heads"):
        row = DailyRoot.objects.filter(pk=root.pk)
        try:
            token, at = request_token(root.root)
            _keep_beside(root, token)
        except (StampError, OSError) as error:
            row.update(stamp_error=str(error)[:200])
            logger.warning("daily root %s was not time-stamped: %s", root.day, error)
            break
        row.update(token=token, stamped_at=at, stamp_error="")
        stamped += 1
    return stamped


def request_token(root: str) -> tuple[bytes, datetime]:
    """Return the service's answer over a root and the time in it, after it was verified. Raises StampError."""
    message = root.encode()
    wanted = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    http = urllib.request.Request(  # noqa: S310 - the checks let no other scheme through
        settings.TIMESTAMP_URL,
        data=wanted.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    try:
        with urllib.request.urlopen(http, timeout=_TIMEOUT) as answer:  # noqa: S310
            token = answer.read(_MOST_BYTES)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise StampError(f"TIMESTAMP_URL: {error}") from error
    return token, _verified(token, message, nonce=wanted.nonce)


def token_holds(token: bytes, root: str) -> bool:
    """Whether a kept token is over this root and signed as TIMESTAMP_CA_FILE says; the latter only where it is set."""
    message = root.encode()
    try:
        if settings.TIMESTAMP_CA_FILE:
            _verified(token, message)
            return True
        return bool(_decoded(token).tst_info.message_imprint.message == sha256(message).digest())
    except StampError:
        return False


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise StampError(f"not a time-stamp response: {error}") from error


def _verified(token: bytes, message: bytes, *, nonce: int | None = None) -> datetime:
    response = _decoded(token)
    try:
        trusted = certificates_in(Path(settings.TIMESTAMP_CA_FILE))
        VerifierBuilder(roots=trusted, nonce=nonce).build().verify_message(response, message)
    except (VerificationError, ValueError, OSError) as error:
        raise StampError(str(error)) from error
    return response.tst_info.gen_time


def _keep_beside(root: DailyRoot, token: bytes) -> None:
    folder = Path(settings.LEDGER_ROOTS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    (folder / f"{root.day.isoformat()}.tsr").write_bytes(token)
