"""Models of the exports app, one subject a module."""

from notices.exports.models.jobs import Job, JobState
from notices.exports.models.records import ExportFormat, ExportRecord, Profile
from notices.exports.models.saved_filters import SavedFilter

__all__ = ["ExportFormat", "ExportRecord", "Job", "JobState", "Profile", "SavedFilter"]
