"""What the archive keeps."""

from notices.archive.models.files import ArchiveFile, ArchiveKind
from notices.archive.models.statement import (
    ElsewhereChannel,
    ElsewhereRound,
    Statement,
    StatementBuild,
    StatementChange,
    StatementFile,
    StatementPaper,
)
from notices.archive.models.volumes import Volume

__all__ = [
    "ArchiveFile",
    "ArchiveKind",
    "ElsewhereChannel",
    "ElsewhereRound",
    "Statement",
    "StatementBuild",
    "StatementChange",
    "StatementFile",
    "StatementPaper",
    "Volume",
]
