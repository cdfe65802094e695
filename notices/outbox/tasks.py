"""Background work of the outbox."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.outbox.delivery import send_one


@task(queue_name="quick")
def send_queued_mail(mail_id: int) -> None:
    """Try a mail at once; the clock takes care of it when this fails."""
    send_one(mail_id=mail_id, now=timezone.now())
