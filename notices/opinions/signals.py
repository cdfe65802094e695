"""Signals by which other apps learn of opinions; sent after the act's transaction has committed."""

from django.dispatch import Signal

# Carries ``opinion`` (Opinion) and ``now`` (aware datetime).
opinion_received = Signal()
# Carries ``opinions`` (list of Opinion, without their texts), ``answer`` (Answer) and ``now``.
opinions_answered = Signal()
# Carries ``opinion`` (Opinion) and ``now``; a redaction, release, erasure or change of consent touched what may be shown.
opinion_changed = Signal()
