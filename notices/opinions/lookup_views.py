"""What became of an opinion: look-up by number and code, the receipt as PDF and picture. By POST only, no secret in an address."""

from __future__ import annotations

import logging
from base64 import b64encode
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from notices.opinions import throttle
from notices.opinions.forms import LookupForm
from notices.opinions.models import Opinion
from notices.opinions.numbering import normalise_code, normalise_number
from notices.opinions.receipt_picture import receipt_picture
from notices.opinions.results import result_context
from notices.opinions.selectors import look_up
from notices.opinions.views import no_store
from notices.printing import PrintingFaultError, PrintingUnavailable, UnprintableTextError, render_pdf
from notices.record_language import in_chinese
from search.extraction import RenderingError, image_type

logger = logging.getLogger(__name__)

_NOT_PRINTED = (PrintingUnavailable, PrintingFaultError, UnprintableTextError, RenderingError)


def find_opinion(request: HttpRequest, form: LookupForm) -> Opinion | None:
    """Return the opinion asked for; a wrong code is counted, makes the next attempt wait, and is said at the fields."""
    if not form.is_valid():
        return None
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    if normalise_number(number) is None:
        form.add_error("number", _("编号不对，请对照回执核对。编号共三段，最后一位是校验位。"))
    if normalise_code(code) is None:
        form.add_error("code", _("查询码是十二位数字，请对照回执核对。"))
    if form.errors:
        return None
    plain = normalise_number(number) or ""
    if not throttle.slow_guessing(request, plain):
        form.add_error(None, throttle.FULL)
        return None
    opinion = look_up(number=number, code=code)
    if opinion is None:
        throttle.count_failure(request, plain)
        form.add_error(None, _("编号和查询码对不上。请对照回执核对后再试；多次填错，查询会变慢。"))
    return opinion


def lookup_page(request: HttpRequest, form: LookupForm) -> HttpResponse:
    """Show the look-up form."""
    return no_store(TemplateResponse(request, "opinions/lookup.html", {"form": form}))


def result_page(
    request: HttpRequest, opinion: Opinion, form: LookupForm, *, note: str = "", done: bool = False
) -> HttpResponse:
    """Show what became of an opinion, below a note on what was ``done`` or why it was not."""
    context = {**_result_context(opinion, form), "note": note, "done": done}
    return no_store(TemplateResponse(request, "opinions/lookup_result.html", context))


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_lookup(request: HttpRequest) -> HttpResponse:
    """Show the form, or state, answer and proof of one opinion."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    opinion = find_opinion(request, form) if request.method == "POST" else None
    return lookup_page(request, form) if opinion is None else result_page(request, opinion, form)


def _result_context(opinion: Opinion, form: LookupForm) -> dict[str, Any]:
    code = normalise_code(form.cleaned_data["code"]) or ""
    return result_context(opinion, code=code, now=timezone.now())


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def receipt_pdf(request: HttpRequest) -> HttpResponse:
    """Send the receipt as PDF/A; a wrong code leads back to the look-up form."""
    form = LookupForm(request.POST)
    opinion = find_opinion(request, form)
    if opinion is None:
        return lookup_page(request, form)
    if not throttle.slow_printing(opinion.number):
        return _not_yet(request, opinion, form)
    try:
        data = _receipt_pdf(opinion, _printed_context(request, opinion, form))
    except _NOT_PRINTED:
        return _not_printed(request, opinion, form)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{opinion.number}.pdf"'
    return no_store(response)


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def receipt_image(request: HttpRequest) -> HttpResponse:
    """Show the receipt as a picture inside a page, since an old phone's browser saves by a long press."""
    form = LookupForm(request.POST)
    opinion = find_opinion(request, form)
    if opinion is None:
        return lookup_page(request, form)
    if not throttle.slow_printing(opinion.number):
        return _not_yet(request, opinion, form)
    context = _printed_context(request, opinion, form)
    try:
        picture = receipt_picture(opinion, context)
    except _NOT_PRINTED:
        return _not_printed(request, opinion, form)
    context["picture"] = f"data:{image_type(picture)};base64,{b64encode(picture).decode()}"
    return no_store(TemplateResponse(request, "opinions/receipt_image.html", context))


@in_chinese
def _receipt_pdf(opinion: Opinion, context: dict[str, Any]) -> bytes:
    return render_pdf(
        "opinions/receipt_pdf.html",
        context,
        title=_("公众意见回执 %(number)s") % {"number": opinion.number},
        created=opinion.recorded_at,
        missing_glyphs="spell",
    )


@in_chinese
def _printed_context(request: HttpRequest, opinion: Opinion, form: LookupForm) -> dict[str, Any]:
    lookup_url = request.build_absolute_uri(reverse("receipt_lookup"))
    return {**_result_context(opinion, form), "lookup_url": lookup_url}


def _not_yet(request: HttpRequest, opinion: Opinion, form: LookupForm) -> HttpResponse:
    seconds = int(throttle.SECONDS_A_PRINTING)
    response = result_page(request, opinion, form, note=throttle.FULL_PRINTINGS % {"seconds": seconds})
    response.status_code, response["Retry-After"] = 429, str(seconds)
    return response


def _not_printed(request: HttpRequest, opinion: Opinion, form: LookupForm) -> HttpResponse:
    # The traceback of a rendering holds the whole text: only the number goes to the log.
    logger.error("receipt %s could not be printed", opinion.number)
    note = _("PDF 和图片暂时不能生成，请打印或截图保存这一页。")
    return result_page(request, opinion, form, note=note)
