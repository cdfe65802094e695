"""Pictures of report pages, rendered once in a child process and kept by the file's hash."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from notices.models import Attachment
from search.extraction import render_page

MAX_BYTES = 150_000


def page_image(attachment: Attachment, number: int) -> bytes:
    """Return the picture of a page, at most 150 kB; made on first use."""
    path = Path(settings.DATA_DIR) / "pages" / attachment.sha256 / f"{number}.img"
    if path.exists():
        return path.read_bytes()
    picture = render_page(Path(attachment.file.path), number, max_bytes=MAX_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(picture)
    Path(name).replace(path)
    return picture
