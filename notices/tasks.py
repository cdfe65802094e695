"""Background tasks of the notices app."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.calendar_services import recompute_windows
from notices.models import Upload
from notices.upload_services import finish_upload


@task(queue_name="quick")
def look_at_upload(upload_id: int) -> str:
    """Look at an uploaded file and attach it; return the state. Can be run again at any time."""
    upload = Upload.objects.select_related("notice", "user").filter(pk=upload_id).first()
    return str(finish_upload(upload=upload, now=timezone.now()).state) if upload else ""


@task(queue_name="quick")
def recompute_running_windows() -> int:
    """Count the running windows again after a schedule was entered; return how many changed. Can be run again at any time."""
    return len(recompute_windows(now=timezone.now()).changed)
