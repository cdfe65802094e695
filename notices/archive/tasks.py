"""Background tasks of the archive."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.archive.services import make_archives
from notices.archive.volumes import make_volumes


@task(queue_name="heavy")
def make_notice_archives(record_id: int) -> int:
    """Make the missing archives of a notice; return how many. Can be run again at any time."""
    return len(make_archives(record_id=record_id, now=timezone.now()))


@task(queue_name="heavy")
def make_notice_volumes(record_id: int) -> int:
    """Bring the volumes of a notice up to date; return how many there are. Can be run again at any time."""
    return len(make_volumes(record_id=record_id, now=timezone.now()))
