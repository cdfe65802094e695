"""What an error leaves behind: where it happened and its kind, never what people typed.

Django hides values only where a function was marked, and not at all under DEBUG; local variables of any frame may hold
page two. So error pages, error mails and log lines show names without values, everywhere and always.
"""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from copy import copy
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from notices.opinions.text import masked

# Without letters and digits that look alike: people read it to each other over the telephone.
_READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# Parts of addresses that open something to whoever knows them.
_SECRET_PARTS = ("token", "uidb64")
_QUERIES = ("QUERY_STRING", "HTTP_REFERER", "REQUEST_URI", "RAW_URI")


def is_sensitive(request: HttpRequest | None) -> bool:
    """Whether a view said that what was posted to it is nobody else's business."""
    return bool(getattr(request, "sensitive_post_parameters", None))


def give_reference(request: HttpRequest) -> str:
    """Return the number under which the error of this request stands in the log, making it the first time."""
    reference: str = getattr(request, "error_reference", "")
    if not reference:
        digits = "".join(secrets.choice(_READABLE) for _ in range(8))
        reference = f"{digits[:4]}-{digits[4:]}"
        request.error_reference = reference  # type: ignore[attr-defined]
    return reference


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
        text = super().format(_without_error(record))
        reference, trace = _reference(record), _trace(record)
        lines = [f"{_plain(record, text)} [{reference}]" if reference else _plain(record, text)]
        return "\n".join([*lines, masked(trace)] if trace else lines)


class JsonFormatter(logging.Formatter):
    """The same as one line of JSON, for programs that collect logs: at, level, logger, message, reference, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _plain(record, record.getMessage()),
            "reference": _reference(record),
            "process": record.process,
            "traceback": masked(_trace(record)),
        }
        return json.dumps({name: value for name, value in entry.items() if value}, ensure_ascii=False)


def _without_error(record: logging.LogRecord) -> logging.LogRecord:
    plain = copy(record)
    plain.exc_info, plain.exc_text = None, None
    return plain


def _reference(record: logging.LogRecord) -> str:
    return str(getattr(getattr(record, "request", None), "error_reference", ""))


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    return _traceback(record.exc_info[1], hidden=is_sensitive(getattr(record, "request", None)))


def _plain(record: logging.LogRecord, text: str) -> str:
    """Return a text without what looks like personal data and without the keys that some addresses hold."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    for name, value in (match.kwargs if match else {}).items():
        if name in _SECRET_PARTS and value:
            text = text.replace(str(value), "…")
    return masked(text)


def value_free_traceback(error: BaseException) -> str:
    """Return where an error and what led to it happened and of which kind they are, without their messages."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        frames = "".join(traceback.format_tb(current.__traceback__))
        parts.insert(0, f"{frames}{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(parts)


def _traceback(error: BaseException, *, hidden: bool) -> str:
    if hidden:
        return value_free_traceback(error)
    return "".join(traceback.format_exception(error)).rstrip()
