"""The photo upload of one posting: a signed address on the poster's companion sheet, without an account.

The address is good for one posting and one use of it. It ends with the evidence, thirty days after the window or the
removal, and at once when the proponent renews or revokes it.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from notices.models import NoticeRecord, NoticeStage, SitePosting

MOST_PHOTOS = 20  # a posting
OPEN_AFTER = timedelta(days=30)
_signer = Signer(salt="notices.posting_uploads", sep=".")


def upload_token(posting: SitePosting) -> str:
    """Return the signed token of a posting's present use."""
    return _signer.sign(f"{posting.pk}-{posting.upload_use}")


def upload_address(posting: SitePosting) -> str:
    """Return the absolute address that the companion sheet's QR code holds."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('posting_upload', args=[upload_token(posting)])}"


def posting_for(token: str) -> SitePosting | None:
    """Return the posting whose present use a token names; None for a forged, renewed or revoked one."""
    try:
        number, use = (int(part) for part in _signer.unsign(token).split("-"))
    except (BadSignature, ValueError):
        return None
    postings = SitePosting.objects.select_related("notice__record")
    return postings.filter(pk=number, upload_use=use, upload_revoked=False).first()


def open_until(posting: SitePosting) -> date | None:
    """Return the last day on which photos are taken, None while no end of the window is set."""
    last_day = posting.notice.record.last_day
    if last_day is None:
        return None
    return max(last_day, posting.removed_on or last_day) + OPEN_AFTER


def takes_photos(posting: SitePosting, *, today: date) -> bool:
    """Whether photos can be sent now: the notice is approved or published, and the evidence not closed."""
    record: NoticeRecord = posting.notice.record
    if record.historical or record.stage not in (NoticeStage.APPROVED, NoticeStage.PUBLISHED):
        return False
    until = open_until(posting)
    return until is None or today <= until
