"""Background work of the opinions app."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.opinions.mails import queue_answer_mails
from notices.opinions.models import Answer


@task(queue_name="quick")
def mail_answer(answer_id: int) -> int:
    """Queue the mails that tell of an answer; return how many are new. Can be run again at any time."""
    return queue_answer_mails(answer=Answer.objects.get(pk=answer_id), now=timezone.now())
