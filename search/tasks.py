"""Background work of the search app, all on the queue of the one index writer."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.models import Attachment
from search.services import extract_attachment, index_attachment
from search.vocabulary import count_words


@task(queue_name="index")
def read_attachment(attachment_pk: int) -> int:
    """Extract an attachment and index it when its notice is public; return the number of indexed pages."""
    attachment = Attachment.objects.select_related("notice__record").filter(pk=attachment_pk).first()
    if attachment is None or attachment.content_type != "application/pdf":
        return 0
    extract_attachment(attachment=attachment, now=timezone.now())
    indexed = index_attachment(attachment=attachment)
    count_words(attachment=attachment)
    return indexed
