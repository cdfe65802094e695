"""What opinions are about: marks set by staff, on one or many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.opinions.models import Opinion, Topic, TopicMark
from notices.opinions.permissions import may_answer


@transaction.atomic
def mark_topics(
    *, opinions: Iterable[Opinion], topics: Iterable[str], user: Any, now: datetime, add: bool = False
) -> None:
    """Set the topics of opinions of one notice to those given, or ``add`` them to what is there.

    A mark that the system set and staff now set too becomes theirs. Raises PermissionDenied for anybody but the
    proponent's staff, ValidationError for opinions of several notices.
    """
    chosen, wanted = list(opinions), {Topic(topic) for topic in topics}
    if len({opinion.notice_id for opinion in chosen}) != 1:
        raise ValidationError(_("一次只能设定同一份公示的意见。"))
    if not may_answer(user, chosen[0].notice):
        raise PermissionDenied
    marks = TopicMark.objects.filter(opinion__in=[opinion.pk for opinion in chosen])
    if not add:
        marks.exclude(topic__in=wanted).delete()
    marks.filter(topic__in=wanted, marked_by=None).update(marked_by=user, marked_at=now)
    TopicMark.objects.bulk_create(
        (
            TopicMark(opinion=opinion, topic=topic, marked_by=user, marked_at=now)
            for opinion in chosen
            for topic in sorted(wanted)
        ),
        ignore_conflicts=True,
    )
