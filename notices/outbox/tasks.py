"""Background work of the outbox."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.outbox.delivery import UNREACHABLE, send_one


@task(queue_name="quick")
def send_queued_mail(mail_id: int) -> None:
    """Try a mail at once; the clock takes care of it when this fails."""
    send_one(mail_id=mail_id, now=timezone.now())


@task(queue_name="quick")
def send_queued_mails(mail_ids: list[int]) -> None:
    """Try some mails, one's failure stops no other; the clock takes care of what is left over."""
    for mail_id in mail_ids:
        if isinstance(send_one(mail_id=mail_id, now=timezone.now()), UNREACHABLE):
            break
