"""Models of the notices app, one subject a module."""

from notices.models.attachments import READABLE_TYPES, Attachment, AttachmentKind
from notices.models.calendars import CalendarRecord
from notices.models.corrections import Correction, CorrectionClass, CorrectionState
from notices.models.evidence import (
    EvidenceFile,
    Meeting,
    MeetingKind,
    NewspaperInsertion,
    OtherChannel,
    PaperViewing,
    PhotoMoment,
    SitePosting,
)
from notices.models.imported import ImportedField, Origin
from notices.models.offices import Office, OfficeKind, Zone
from notices.models.pages import NoticeIndexPage, NoticePage, ProponentPage
from notices.models.participation import DepthChoice, DepthDecision, MinutesFile
from notices.models.parties import (
    Authorisation,
    ConfirmationWay,
    Consultant,
    Delegate,
    EntrustmentAgreement,
    Invitation,
    PublicationConfirmation,
)
from notices.models.places import CommentWay, NoticePlace, PaperPlace, SummaryAspect, SummaryPoint
from notices.models.project import Project, ProjectDate, ProjectDateChange, ProjectDivision
from notices.models.records import (
    ChangeClass,
    ExtensionDismissal,
    NoticeChange,
    NoticeRecord,
    NoticeStage,
    RuleWaiver,
)
from notices.models.reminders import ReminderChoice
from notices.models.tasks import OperatorCheckTask
from notices.models.uploads import Upload, UploadState

__all__ = [
    "READABLE_TYPES",
    "Attachment",
    "AttachmentKind",
    "Authorisation",
    "CalendarRecord",
    "ChangeClass",
    "CommentWay",
    "ConfirmationWay",
    "Consultant",
    "Correction",
    "CorrectionClass",
    "CorrectionState",
    "Delegate",
    "DepthChoice",
    "DepthDecision",
    "EntrustmentAgreement",
    "EvidenceFile",
    "ExtensionDismissal",
    "ImportedField",
    "Invitation",
    "Meeting",
    "MeetingKind",
    "MinutesFile",
    "NewspaperInsertion",
    "NoticeChange",
    "NoticeIndexPage",
    "NoticePage",
    "NoticePlace",
    "NoticeRecord",
    "NoticeStage",
    "Office",
    "OfficeKind",
    "OperatorCheckTask",
    "Origin",
    "OtherChannel",
    "PaperPlace",
    "PaperViewing",
    "PhotoMoment",
    "Project",
    "ProjectDate",
    "ProjectDateChange",
    "ProjectDivision",
    "ProponentPage",
    "PublicationConfirmation",
    "ReminderChoice",
    "RuleWaiver",
    "SitePosting",
    "SummaryAspect",
    "SummaryPoint",
    "Upload",
    "UploadState",
    "Zone",
]
