"""How the form's files are received: in memory, never as a plain file on the disk, and no more of one than is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from notices.attachment_services import clean_file_name
from notices.opinions.file_checks import refusal, too_large
from notices.opinions.files import stage_file


class InMemory(MemoryFileUploadHandler):
    """Holds files in memory; what is beyond the limit is read and thrown away, so that the text that came with it arrives.

    ``most`` bounds the bytes of one request.
    """

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        super().__init__(request)
        self._left = most
        self.refused: list[str] = []

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Take whatever comes: the limit counts what is held."""
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or give the file up."""
        held, name = start + len(raw_data), clean_file_name(self.file_name or "")
        if held > settings.OPINION_FILE_MAX_BYTES:
            self.refused.extend(too_large(name).messages)
            raise SkipFile
        if held > self._left:
            self.refused.extend(refusal(name, _("和前面的文件一次传不下，请单独再添加。")).messages)
            raise SkipFile
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        """Return the file and count it."""
        self._left -= file_size
        return super().file_complete(file_size)


def receive_in_memory(request: HttpRequest, *, files: int = 1) -> None:
    """Set a request up for so many files; to be called before anything of it is read."""
    request.upload_handlers = [InMemory(request, most=files * settings.OPINION_FILE_MAX_BYTES)]


def stage_sent_files(request: HttpRequest, *, form_key: str, now: datetime) -> list[str]:
    """Stage every file of a request under a form's key and return why others were not taken."""
    refused = []
    for upload in [each for _name, uploads in request.FILES.lists() for each in uploads]:
        try:
            stage_file(form_key=form_key, upload=upload, now=now)
        except ValidationError as error:
            refused.extend(error.messages)
    for handler in request.upload_handlers:
        refused.extend(getattr(handler, "refused", ()))
    return refused
