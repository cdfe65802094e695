"""Notes that staff wrote on attempts to tell an answer: free text, which may say whom they spoke to, erased with page two."""

from __future__ import annotations

from django.db.models import QuerySet

from notices.opinions.models import FeedbackAttempt, Opinion
from notices.opinions.models.answering import ERASED_NOTE


def attempts_with_notes() -> QuerySet[FeedbackAttempt]:
    """Return the attempts whose notes were not erased yet."""
    return FeedbackAttempt.objects.exclude(note__in=("", ERASED_NOTE))


def erase_notes(opinion: Opinion) -> None:
    """Overwrite the notes of an opinion; the attempts themselves stay, for they are what the law asks for."""
    for attempt in attempts_with_notes().filter(opinion=opinion):
        attempt.erase_note()
