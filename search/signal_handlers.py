"""The search app hears of files and publications; each handler queues one task."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_delete
from modelsearch.tasks import insert_or_update_object_task

from notices.models import Attachment, NoticePage, NoticeRecord
from notices.signals import attachment_added, notice_changed, notice_published, notice_restored
from search.models import AttachmentText, PageText, public_pages
from search.services import remove_pages
from search.tasks import read_attachment, read_words


def on_attachment_added(sender: type[Attachment], attachment: Attachment, **kwargs: Any) -> None:
    """Extract a new file while its notice is still a draft."""
    read_attachment.enqueue(attachment.pk)


def on_attachment_deleted(sender: type[Attachment], instance: Attachment, **kwargs: Any) -> None:
    """Take its pages out of the index; the database deletes them with the file."""
    remove_pages(list(PageText.objects.filter(attachment=instance).only("pk")))


def on_notice_published(sender: type[NoticeRecord], record: NoticeRecord, **kwargs: Any) -> None:
    """Bring the pages of the notice's files into the index."""
    for pk in Attachment.objects.filter(notice_id=record.page_id).values_list("pk", flat=True):
        read_attachment.enqueue(pk)


def on_notice_changed(sender: type[NoticeRecord], record: NoticeRecord, **kwargs: Any) -> None:
    """Bring the files that the present version added into the index and take out those that it dropped.

    The words of the others are read anew: the version may name other villages.
    """
    if record.version > 1:
        changed = Q(since_version=record.version) | Q(until_version=record.version - 1)
        files = Attachment.objects.filter(notice_id=record.page_id)
        for pk in files.filter(changed).values_list("pk", flat=True):
            read_attachment.enqueue(pk)
        kept = AttachmentText.objects.filter(public_pages(), attachment__in=files.exclude(changed))
        kept.update(words_version=0)
        for pk in kept.values_list("attachment_id", flat=True):
            read_words.enqueue(pk)


def on_notice_restored(sender: type[NoticeRecord], record: NoticeRecord, **kwargs: Any) -> None:
    """Bring a notice and the pages of its files into the index: its rows were written without the signals of a save."""
    page = NoticePage._meta
    insert_or_update_object_task.enqueue(page.app_label, page.model_name, str(record.page_id))
    on_notice_published(sender, record=record)


def connect() -> None:
    """Connect the handlers once."""
    attachment_added.connect(on_attachment_added, dispatch_uid="search_attachment_added")
    pre_delete.connect(on_attachment_deleted, sender=Attachment, dispatch_uid="search_attachment_deleted")
    notice_published.connect(on_notice_published, dispatch_uid="search_notice_published")
    notice_changed.connect(on_notice_changed, dispatch_uid="search_notice_changed")
    notice_restored.connect(on_notice_restored, dispatch_uid="search_notice_restored")
