"""What had come in when a window closed."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from notices.models import NoticeRecord
from notices.opinions.models import Channel, Opinion, OpinionTimeliness


def counts_at_closing(record: NoticeRecord) -> dict[str, Any]:
    """Return counts by channel (nought is said), late ones, those recorded on behalf, and the range of the numbers."""
    opinions = Opinion.objects.filter(notice_id=record.page_id)
    found = opinions.aggregate(
        **{channel: Count("pk", filter=Q(channel=channel)) for channel in Channel.values},
        total=Count("pk"),
        late=Count("pk", filter=Q(timeliness=OpinionTimeliness.LATE)),
        on_behalf=Count("pk", filter=Q(transcriber__isnull=False)),
    )
    numbers = opinions.order_by("sequence").values_list("number", flat=True)
    first, last = numbers.first(), numbers.last()
    return {
        "total": found["total"],
        "counts": {channel: found[channel] for channel in Channel.values},
        "late": found["late"],
        "on_behalf": found["on_behalf"],
        "range": [first, last] if first and last else [],
    }
