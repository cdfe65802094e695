"""Models of the opinions app, one subject a module. None of them is ever indexed."""

from notices.opinions.models.answering import Answer, FeedbackAttempt, FeedbackResult, FeedbackWay, Outcome
from notices.opinions.models.commenter import (
    AccessBasis,
    Commenter,
    CommenterKind,
    ContactAccess,
    ContactKind,
)
from notices.opinions.models.keys import DataKey, KeyPurpose
from notices.opinions.models.opinion import (
    Channel,
    FileState,
    Opinion,
    OpinionFile,
    OpinionTimeliness,
    Redaction,
    Topic,
    TopicMark,
)

__all__ = [
    "AccessBasis",
    "Answer",
    "Channel",
    "Commenter",
    "CommenterKind",
    "ContactAccess",
    "ContactKind",
    "DataKey",
    "FeedbackAttempt",
    "FeedbackResult",
    "FeedbackWay",
    "FileState",
    "KeyPurpose",
    "Opinion",
    "OpinionFile",
    "OpinionTimeliness",
    "Outcome",
    "Redaction",
    "Topic",
    "TopicMark",
]
