"""Sheets on paper for a 建设单位: the invitation of an account, and the confirmation that it stamps."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from notices.confirmations import PLEDGE
from notices.invitations import invitation_link
from notices.printing import qr_data_uri, render_pdf
from notices.record_language import in_chinese

if TYPE_CHECKING:
    from notices.models import Invitation, NoticePage, ProponentPage


@in_chinese
def invitation_sheet(*, proponent: ProponentPage, invitation: Invitation, now: datetime) -> bytes:
    """Return the invitation as a PDF with address, user name, link and QR; never stored."""
    link = invitation_link(invitation)
    context: dict[str, Any] = {
        "proponent": proponent,
        "account": invitation.user,
        "invitation": invitation,
        "link": link,
        "qr": qr_data_uri(link),
        "demo": proponent.demo,
    }
    return render_pdf("notices/print/invitation_pdf.html", context, title=_("账号邀请单"), created=now)


@in_chinese
def confirmation_sheet(*, notice: NoticePage, digest: str, now: datetime) -> bytes:
    """Return the paper by which a 建设单位 confirms one wording with its stamp; it bears the digest of that wording."""
    proponent = notice.get_parent().specific
    context: dict[str, Any] = {
        "page": notice,
        "record": notice.record,
        "proponent": proponent,
        "digest": digest,
        "pledge": PLEDGE,
        "attachments": list(notice.attachments.all()),
        "demo": proponent.demo,
    }
    return render_pdf("notices/print/confirmation_pdf.html", context, title=_("公开确认书"), created=now)
