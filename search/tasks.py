"""Background work of the search app, all on the queue of the one index writer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from notices.models import READABLE_TYPES, Attachment
from search.index_upkeep import run_check
from search.models import AttachmentText, IndexCheck, public_files, public_pages
from search.services import extract_attachment, index_attachment
from search.vocabulary import count_words
from search.words import WORDS_VERSION

# Bounds what one run of the clock queues after the segmentation or its words changed.
OUTDATED_AT_ONCE: Final = 200

# How long a difference between index and database has to last before it counts.
LOOK_AGAIN_AFTER: Final = timedelta(minutes=5)


@task(queue_name="index")
def read_attachment(attachment_pk: int) -> int:
    """Extract an attachment and index it when its notice is public; return the number of indexed pages."""
    attachment = Attachment.objects.select_related("notice__record").filter(pk=attachment_pk).first()
    if attachment is None or not attachment.is_readable:
        return 0
    extract_attachment(attachment=attachment, now=timezone.now())
    indexed = index_attachment(attachment=attachment)
    count_words(attachment=attachment)
    return indexed


@task(queue_name="index")
def read_words(attachment_pk: int) -> None:
    """Read the words of a file whose text is there already, and count them when it is public."""
    attachment = Attachment.objects.select_related("notice__record").filter(pk=attachment_pk).first()
    if attachment is not None:
        count_words(attachment=attachment)


def queue_outdated_words(*, now: datetime) -> int:
    """Queue public files whose words are not counted, or as another segmentation saw them, and files no longer public

    whose words still are: what another version left behind, or a task that was lost. Public files that nobody has read
    yet are read. Returns how many files were queued.
    """
    texts = AttachmentText.objects.order_by("pk")
    public = texts.filter(public_pages())
    outdated = public.exclude(words_counted=True, words_version=WORDS_VERSION)
    left_over = texts.filter(words_counted=True).exclude(pk__in=public.values("pk"))
    unread = Attachment.objects.filter(public_files(), content_type__in=READABLE_TYPES, extracted=None)
    queued = 0
    for job, files in (
        (read_words, left_over.values_list("attachment_id", flat=True)),
        (read_words, outdated.values_list("attachment_id", flat=True)),
        (read_attachment, unread.order_by("pk").values_list("pk", flat=True)),
    ):
        for pk in files[: OUTDATED_AT_ONCE - queued]:
            job.enqueue(pk)
            queued += 1
    return queued


@task(queue_name="index")
def compare_index(check_pk: int, final: bool = False) -> None:
    """Compare the index with the database; look again a little later before a difference counts."""
    check = IndexCheck.objects.filter(pk=check_pk, finished_at=None).first()
    if check is not None and not run_check(check=check, final=final):
        compare_index.using(run_after=timezone.now() + LOOK_AGAIN_AFTER).enqueue(check_pk, final=True)
