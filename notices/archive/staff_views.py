"""Materials for those who prepare a notice: posters and their companion sheets, newspaper texts, the pages that offer them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from notices.archive.forms import PosterForm
from notices.archive.newspapers import insertion_numbers, newspaper_docx, newspaper_of
from notices.archive.outputs import newspaper_context, outputs_context
from notices.archive.photo_sheets import photo_sheets
from notices.archive.posters import posters, sheets_for
from notices.archive.record_pages import RecordPage
from notices.archive.refusals import DocumentRefusedError, refuse, why_not_printed
from notices.archive.responses import FAILURES, PDF, file_response, message, record_by_code
from notices.models import NoticeRecord
from notices.permissions import can_edit_notice
from notices.printing.word import DOCX_TYPE
from notices.statutory.newspaper import TooLongError

BOM = "\ufeff"  # without it Windows takes the file for another encoding
_View = Callable[..., HttpResponse]


def for_preparers(view: _View) -> _View:
    """Let in who may prepare the notice; others find nothing. What cannot be made ends in a page that says why."""

    @wraps(view)
    def wrapped(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        record = record_by_code(code)
        if not can_edit_notice(request.user, record.page):
            raise Http404
        try:
            response = view(request, record, **kwargs)
        except (DocumentRefusedError, TooLongError) as refusal:
            return message(request, record, str(refusal), back_url=_materials_url(record))
        except FAILURES as error:
            text = _("文件现在不能生成。%(reason)s") % {"reason": error}
            return message(request, record, text, status=503, back_url=_materials_url(record))
        response["Cache-Control"] = "private, no-store"
        return response

    return wrapped


def _materials_url(record: NoticeRecord) -> str:
    return reverse("notice_outputs", args=[record.pk])


@for_preparers
def poster_file(request: HttpRequest, record: NoticeRecord) -> HttpResponse:
    """Send the posters that were chosen; without a choice the general one on A4."""
    refuse(why_not_printed(record))
    if not request.GET:
        return file_response(posters(record).content, f"海报-{record.code}.pdf", PDF)
    form = PosterForm(request.GET, postings=list(record.page.sitepostings.all()))
    if not form.is_valid():
        refuse(" ".join(str(error) for errors in form.errors.values() for error in errors))
    printed = posters(record, sheets_for(form.papers(), form.postings()))
    return file_response(printed.content, f"海报-{record.code}.pdf", PDF)


@for_preparers
def photo_sheet_file(request: HttpRequest, record: NoticeRecord) -> HttpResponse:
    """Send the companion sheets of all registered sites."""
    postings = list(record.page.sitepostings.all())
    refuse("" if postings else _("还没有登记张贴点。请先在“公开证据”的“现场张贴”登记村和位置。"))
    return file_response(photo_sheets(record, postings).content, f"张贴照片登记-{record.code}.pdf", PDF)


@for_preparers
def newspaper_text_file(request: HttpRequest, record: NoticeRecord, number: int) -> HttpResponse:
    """Send the text of an insertion as plain text that Windows opens rightly."""
    text = newspaper_of(record, _number(record, number)).text.replace("\n", "\r\n")
    name = f"报纸文本-{record.code}-第{number}次.txt"
    return file_response(f"{BOM}{text}\r\n".encode(), name, "text/plain; charset=utf-8", download=True)


@for_preparers
def newspaper_word_file(request: HttpRequest, record: NoticeRecord, number: int) -> HttpResponse:
    """Send the text of an insertion as a Word file."""
    content = newspaper_docx(record, newspaper_of(record, _number(record, number)))
    name = f"报纸文本-{record.code}-第{number}次.docx"
    return file_response(content, name, DOCX_TYPE, download=True)


def _number(record: NoticeRecord, number: int) -> int:
    if number not in insertion_numbers(record):
        raise Http404
    return number


class _MaterialsView(RecordPage, TemplateView):
    """A page of the admin about the materials of one notice, for its proponent and operators."""

    header_icon = "download"
    related = ("page", "revision", "approved_revision")

    def lets_in(self, user: Any) -> bool:
        """Whether the person may prepare the notice."""
        return can_edit_notice(user, self.record.page)


class OutputsView(_MaterialsView):
    """Everything that can be made from the notice, and why something cannot."""

    template_name = "archive/admin/outputs.html"
    page_title = gettext_lazy("制作材料")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the materials."""
        return super().get_context_data(**outputs_context(self.record), **kwargs)


class NewspaperView(_MaterialsView):
    """The newspaper texts, to be copied."""

    template_name = "archive/admin/newspaper.html"
    page_title = gettext_lazy("报纸文本")
    header_icon = "doc-full"

    def own_breadcrumbs(self) -> list[dict[str, Any]]:
        """Lead back to the materials."""
        return [
            {"url": _materials_url(self.record), "label": OutputsView.page_title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the texts."""
        return super().get_context_data(**newspaper_context(self.record), **kwargs)
