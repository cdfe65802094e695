"""The certificate of a closed window (截止证明): what had come in by then, as the ledger's entry says it.

It follows from the entry and the register alone, so it can be made late and still shows the moment of the closing. What is
registered afterwards (late letters) stands in the ledger and does not change it; a window that was extended and closes
again gets another certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.models import ArchiveFile, ArchiveKind
from notices.archive.wording import common_context
from notices.ledger.models import Entry
from notices.models import ChangeClass, NoticePage, NoticeRecord
from notices.opinions.models import Channel
from notices.outbox.services import queue_mail
from notices.printing import PrintedFile, print_pdf
from notices.record_language import in_chinese
from notices.services import chain_key
from notices.versions import changes_since_publication, revision_of

_SHOWN_CHANGES = (ChangeClass.WINDOW, ChangeClass.CONFIRMED, ChangeClass.STATUTORY)


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing of a notice's window, by its entry."""

    record: NoticeRecord
    number: int
    closed: Entry
    kind: ClassVar[ArchiveKind] = ArchiveKind.CERTIFICATE

    @property
    def at(self) -> datetime:
        """Return the moment of the closing."""
        return self.closed.at

    @property
    def notice_version(self) -> int:
        """Return the version of the notice at the closing."""
        return int(self.closed.payload["version"])

    def entry(self) -> Entry:
        """Return the entry of the act."""
        return self.closed

    def page(self) -> NoticePage:
        """Return the notice in the wording of the closing."""
        changes = changes_since_publication(self.record, list(self.record.changes.order_by("made_at", "id")))
        page: NoticePage = revision_of(self.record, self.notice_version, changes).as_object()
        return page


def closings_of(record: NoticeRecord) -> list[Closing]:
    """Return the closings of a notice, oldest first; those from before the entry said what had come in are left out."""
    entries = Entry.objects.filter(chain__key=chain_key(record), act="closed").order_by("position")
    counted = [entry for entry in entries if "counts" in entry.payload]
    return [Closing(record, number, entry) for number, entry in enumerate(counted, start=1)]


@in_chinese
def closing_certificate(closing: Closing, *, own_fonts: bool = True) -> PrintedFile:
    """Return the certificate as PDF/A. Raises PrintingUnavailable, UnprintableTextError, PrintingFaultError."""
    record, payload = closing.record, closing.closed.payload
    page = closing.page()
    changes = record.changes.filter(made_at__lte=closing.at, change_class__in=_SHOWN_CHANGES)
    context = {
        **common_context(record),
        "page": page,
        "closing": closing,
        "entry": closing.closed,
        "authority": payload["authority"],
        "first_day": date.fromisoformat(payload["first_day"]),
        "last_day": date.fromisoformat(payload["last_day"]),
        "calendar": payload["calendar"],
        "changes": [change for change in changes.order_by("made_at", "id") if change.new_last_day],
        **_counts(payload),
        "ledger_address": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('notice_ledger', args=[record.code])}",
    }
    title = _("征求意见截止证明 %(code)s") % {"code": record.code}
    if closing.number > 1:
        title = _("%(title)s（第 %(number)s 份）") % {"title": title, "number": closing.number}
    return print_pdf(
        "archive/certificate_pdf.html", context, title=title, created=closing.at, own_fonts=own_fonts
    )


def _counts(payload: dict[str, Any]) -> dict[str, Any]:
    total, on_behalf = int(payload["total"]), int(payload["on_behalf"])
    return {
        "total": total,
        "channels": [(label, payload["counts"].get(channel, 0)) for channel, label in Channel.choices],
        "late": payload["late"],
        "inside": total - int(payload["late"]),
        "on_behalf": on_behalf,
        "on_behalf_share": round(100 * on_behalf / total) if total else 0,
        "numbers": payload["range"],
    }


@in_chinese
def announcements(closing: Closing, certificate: ArchiveFile, *, now: datetime) -> list[Callable[[], Any]]:
    """Compose the mails that tell the proponent and the approval authority, where addresses are on record.

    Returns a call for each that queues it, so that nothing is composed while the chain is held.
    """
    page, record = closing.page(), closing.record
    path = reverse("closing_certificate", args=[record.code, certificate.version])
    body = render_to_string(
        "emails/closing_certificate.txt",
        {
            "page": page,
            "record": record,
            "total": closing.closed.payload["total"],
            "last_day": date.fromisoformat(closing.closed.payload["last_day"]),
            "certificate": certificate,
            "url": f"{settings.WAGTAILADMIN_BASE_URL}{path}",
        },
    )
    return [
        partial(
            queue_mail,
            to=address,
            subject=_("征求意见截止证明：%(project)s") % {"project": page.project_name},
            body=body,
            category="closing_certificate",
            key=f"certificate:{record.code}:{certificate.version}:{place}",
            now=now,
        )
        for place, address in enumerate(_addresses(page, record))
    ]


def _addresses(page: NoticePage, record: NoticeRecord) -> list[str]:
    """Return the notice's own address and those of the approval authority's accounts, each once."""
    project = record.page.project
    authority = project.approval_authority if project else None
    members = authority.members.filter(is_active=True) if authority else ()
    addresses = (page.contact_email, *(person.email for person in members))
    return list(dict.fromkeys(address for address in addresses if address))
