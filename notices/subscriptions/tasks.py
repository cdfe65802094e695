"""Background work of the subscriptions app."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.subscriptions.telling import tell


@task(queue_name="quick")
def tell_subscribers(announcement_id: int) -> int:
    """Queue the mails of an announcement; return how many are new. Can be run again at any time."""
    return tell(announcement_id=announcement_id, now=timezone.now())
