"""Models of the opinions app, one subject a module. None of them is ever indexed."""

from notices.opinions.models.answering import Answer, FeedbackAttempt, FeedbackResult, FeedbackWay, Outcome
from notices.opinions.models.commenter import (
    AccessBasis,
    Commenter,
    CommenterKind,
    ContactAccess,
    ContactKind,
)
from notices.opinions.models.destruction import DestructionGround, DestructionProposal, ProposalState
from notices.opinions.models.file_access import FileAccess
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
from notices.opinions.models.publication import Disclosure, PublicRelease, WithdrawnBecause
from notices.opinions.models.registration import Capacity, MeetingRegistration, RegistrationAccess

__all__ = [
    "AccessBasis",
    "Answer",
    "Capacity",
    "Channel",
    "Commenter",
    "CommenterKind",
    "ContactAccess",
    "ContactKind",
    "DataKey",
    "DestructionGround",
    "DestructionProposal",
    "Disclosure",
    "FeedbackAttempt",
    "FeedbackResult",
    "FeedbackWay",
    "FileAccess",
    "FileState",
    "KeyPurpose",
    "MeetingRegistration",
    "Opinion",
    "OpinionFile",
    "OpinionTimeliness",
    "Outcome",
    "ProposalState",
    "PublicRelease",
    "Redaction",
    "RegistrationAccess",
    "Topic",
    "TopicMark",
    "WithdrawnBecause",
]
