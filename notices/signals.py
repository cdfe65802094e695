"""Signals by which other apps learn of legal acts; sent after the act's transaction has committed."""

from django.dispatch import Signal

# Each carries ``record`` (NoticeRecord) and ``now`` (aware datetime).
notice_approved = Signal()
notice_published = Signal()
notice_changed = Signal()
window_closed = Signal()
attachment_added = Signal()
# The notice came whole out of a sealed package, its acts done long ago elsewhere: nothing is made or mailed anew.
notice_restored = Signal()

# Carries ``record`` (CalendarRecord) and ``now``; sent after the commit.
calendar_added = Signal()

# Carries ``workflow_state`` and ``user``; sent inside the transaction, so that a refusal undoes it.
workflow_finished = Signal()
