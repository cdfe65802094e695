"""What the archive keeps."""

from notices.archive.models.files import ArchiveFile, ArchiveKind

__all__ = ["ArchiveFile", "ArchiveKind"]
