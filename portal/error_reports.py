"""What an error leaves behind: where it happened and its kind, never what people typed.

Django hides values only where a function was marked, and not at all under DEBUG; local variables of any frame may hold
page two. So error pages, error mails and log lines show names without values, everywhere and always.
"""

from __future__ import annotations

import logging
import traceback
from copy import copy
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from notices.opinions.text import masked

_QUERIES = ("QUERY_STRING", "HTTP_REFERER", "REQUEST_URI", "RAW_URI")


def is_sensitive(request: HttpRequest | None) -> bool:
    """Whether a view said that what was posted to it is nobody else's business."""
    return bool(getattr(request, "sensitive_post_parameters", None))


class ValueFreeFilter(SafeExceptionReporterFilter):
    """Stars in place of every value that was posted, stood in the address or lay in a variable."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Hide under DEBUG as well."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        """Return the names alone."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> Any:
        """Return the names alone."""
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Return the headers without anything typed into an address."""
        meta: dict[str, Any] = super().get_safe_request_meta(request)
        return {name: self.cleansed_substitute if name in _QUERIES else value for name, value in meta.items()}


class Reporter(ExceptionReporter):
    """An error page or mail without the query of the address, names of files and, where a view is sensitive, the message."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Return Django's data without values."""
        data: dict[str, Any] = super().get_traceback_data()
        stars = ValueFreeFilter.cleansed_substitute
        if self.request is not None:
            data["request_GET_items"] = [(name, stars) for name in self.request.GET]
            data["request_FILES_items"] = [(name, stars) for name in self.request.FILES]
            data["request_insecure_uri"] = data["request_insecure_uri"].partition("?")[0]
        data["unicode_hint"] = ""
        hidden = is_sensitive(self.request)
        for name in ("exception_value", "exception_notes"):
            if name in data:
                data[name] = stars if hidden else masked(data[name])
        return data

    def get_traceback_frames(self) -> list[Any]:
        """Return the frames without the messages of the errors that led to this one."""
        frames = super().get_traceback_frames()
        for frame in frames:
            cause = frame.get("exc_cause")
            if cause is not None:
                frame["exc_cause"] = type(cause).__name__
        return frames


class LineFormatter(logging.Formatter):
    """One line and, for an error, its traceback. Numbers and addresses are masked; messages of sensitive views left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text; nothing of it is kept in the record, where another handler would find it."""
        plain = copy(record)
        plain.exc_info, plain.exc_text = None, None
        text = super().format(plain)
        if record.exc_info and record.exc_info[1] is not None:
            hidden = is_sensitive(getattr(record, "request", None))
            text = f"{text}\n{_traceback(record.exc_info[1], hidden=hidden)}"
        return masked(text)


def _traceback(error: BaseException, *, hidden: bool) -> str:
    if not hidden:
        return "".join(traceback.format_exception(error)).rstrip()
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        frames = "".join(traceback.format_tb(current.__traceback__))
        parts.insert(0, f"{frames}{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(parts)
