"""Every file that a view sends: parts of it for whoever resumes, nothing to whoever has it, or handed over to the proxy.

A view opens a file for those who may have it and returns a FileResponse; everything else about sending stands here.
Ranges follow RFC 9110 section 14; of several at once the whole file is sent, which it allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

BLOCK = 64 * 1024
# Below this address the proxy sample serves the folder of content, to nobody but us.
INTERNAL = "/internal/content/"
_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


class Downloads:
    """Middleware around every FileResponse to GET and HEAD; files sent by POST are whole."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file, a part of it, or who sends it."""
        response = self.get_response(request)
        # Without a file to read from it streams what is made on the way, whose length nobody knows.
        if not isinstance(response, FileResponse) or not _file_of(response) or response.status_code != 200:
            return response
        response.block_size = BLOCK
        if place := _place_at_the_proxy(_file_of(response)):
            return _handed_over(response, place)
        size = response.headers.get("Content-Length")
        if request.method not in ("GET", "HEAD") or size is None or not _file_of(response).seekable():
            return response
        response.headers["Accept-Ranges"] = "bytes"
        whole: Any = response
        unchanged = get_conditional_response(request, etag=response.get("ETag"), response=whole)
        if unchanged is not None and unchanged is not whole:
            _close(response)
            return unchanged
        if request.method == "HEAD":
            return _emptied(response)
        return _part(request, response, int(size))


def _file_of(response: FileResponse) -> Any:
    return response.file_to_stream


def _place_at_the_proxy(file: Any) -> str:
    """Return the internal address of a stored file; empty without a proxy, and for what it cannot or must not read.

    Files of background jobs hold contacts and are made for one person: they never lie where the proxy can read.
    """
    if settings.SENDFILE != "nginx":
        return ""
    try:
        return f"{INTERNAL}{Path(file.path).relative_to(settings.CONTENT_DIR).as_posix()}"
    except (AttributeError, NotImplementedError, ValueError):
        return ""


def _handed_over(response: FileResponse, place: str) -> HttpResponse:
    """Return the headers alone with the address: length, ranges and 304 are then the proxy's own."""
    headers = {
        name: value
        for name, value in response.items()
        if name not in ("Content-Length", "ETag", "Accept-Ranges")
    }
    _close(response)
    return HttpResponse(headers={**headers, "X-Accel-Redirect": place})


def _emptied(response: FileResponse) -> HttpResponse:
    headers = dict(response.items())
    _close(response)
    return HttpResponse(headers=headers)


def _close(response: FileResponse) -> None:
    """Close the file, not the response: Django would take that for the end of the request and drop its connections."""
    _file_of(response).close()


def _part(request: HttpRequest, response: FileResponse, size: int) -> HttpResponseBase:
    """Return the part asked for: the whole when none is, when the file is another by now, or when it makes no sense."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    condition = request.headers.get("If-Range")
    if not asked or not any(asked.groups()) or (condition and condition != response.get("ETag")):
        return response
    first, last = asked[1], asked[2]
    if not first:  # the last so many bytes
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return response
    if start >= stop:
        _close(response)
        return HttpResponse(
            status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        )
    file = _file_of(response)
    file.seek(start)
    response.streaming_content = _read(file, stop - start)
    response.status_code = 206
    response.headers["Content-Length"] = str(stop - start)
    response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response


def _read(file: IO[bytes], left: int) -> Iterator[bytes]:
    while left > 0 and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        yield block
