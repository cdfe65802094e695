"""Extracting the texts of attachments and bringing them into the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from wagtail.search.backends import get_search_backend

from notices.local_copies import local_copy
from notices.models import Attachment
from search.extraction import extract_pages
from search.models import AttachmentText, PageText
from search.vocabulary import take_out

BATCH = 200


def extract_attachment(*, attachment: Attachment, now: datetime) -> AttachmentText:
    """Write the page texts of a PDF, or the parts of a Word file, once; the same bytes are never read twice.

    A page that was not reached counts like one without text: nobody can search either.
    """
    done = AttachmentText.objects.filter(attachment=attachment).first()
    if done is not None and not done.error:
        return done
    # The child process takes its time; the transaction begins after it.
    with local_copy(str(attachment.file.name)) as path:
        extraction = extract_pages(path)
    count = max(attachment.pages or 0, extraction.page_count)
    texts = [
        PageText(attachment=attachment, number=page.number, text=page.text)
        for page in extraction.pages
        if page.text.strip()
    ]
    if done is not None:
        take_out(done)
    with transaction.atomic():
        earlier = PageText.objects.filter(attachment=attachment)
        remove_pages(list(earlier.only("pk")))
        earlier.delete()
        PageText.objects.bulk_create(texts, batch_size=BATCH)
        result, _created = AttachmentText.objects.update_or_create(
            attachment=attachment,
            defaults={
                "page_count": count,
                "pages_without_text": count - sum(page.has_text_layer for page in extraction.pages),
                "error": extraction.error or "",
                "extracted_at": now,
                "words_version": 0,
            },
        )
    return result


def index_attachment(*, attachment: Attachment) -> int:
    """Put the pages of a public attachment into the index in one write, and take those of an earlier version out.

    Returns how many pages are in the index.
    """
    if not attachment.is_published:
        return 0
    backend, pages = get_search_backend(), list(PageText.objects.filter(attachment=attachment))
    if attachment.is_outdated:
        remove_pages(pages)
        return 0
    if pages:
        backend.add_bulk(PageText, pages)
    return len(pages)


def remove_pages(pages: Sequence[PageText]) -> None:
    """Take pages out of the index, in as few tasks as the engine allows."""
    backend = get_search_backend()
    if hasattr(backend, "delete_bulk"):
        backend.delete_bulk(pages)
        return
    for page in pages:
        backend.delete(page)
