"""What became of an opinion: look-up by number and code, and the receipt as PDF. Both by POST only, no secret in an address."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from notices.opinions import throttle
from notices.opinions.forms import LookupForm
from notices.opinions.models import Opinion
from notices.opinions.numbering import normalise_code, normalise_number
from notices.opinions.selectors import look_up, receipt_context, state_of
from notices.opinions.views import no_store
from notices.printing import PrintingFaultError, PrintingUnavailable, render_pdf

logger = logging.getLogger(__name__)


def _found(request: HttpRequest, form: LookupForm) -> Opinion | None:
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
    throttle.slow_guessing(request, plain)
    opinion = look_up(number=number, code=code)
    if opinion is None:
        throttle.count_failure(request, plain)
        form.add_error(None, _("编号和查询码对不上。请对照回执核对后再试；多次填错，查询会变慢。"))
    return opinion


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_lookup(request: HttpRequest) -> HttpResponse:
    """Show the form, or state, answer and proof of one opinion."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    opinion = _found(request, form) if request.method == "POST" else None
    if opinion is None:
        return no_store(TemplateResponse(request, "opinions/lookup.html", {"form": form}))
    return no_store(TemplateResponse(request, "opinions/lookup_result.html", _result_context(opinion, form)))


def _result_context(opinion: Opinion, form: LookupForm) -> dict[str, Any]:
    context = receipt_context(opinion, code=normalise_code(form.cleaned_data["code"]) or "")
    return {**context, "state": state_of(opinion), "answer": opinion.answer}


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def receipt_pdf(request: HttpRequest) -> HttpResponse:
    """Send the receipt as PDF/A; a wrong code leads back to the look-up form."""
    form = LookupForm(request.POST)
    opinion = _found(request, form)
    if opinion is None:
        return no_store(TemplateResponse(request, "opinions/lookup.html", {"form": form}))
    context = _result_context(opinion, form)
    context["lookup_url"] = request.build_absolute_uri(reverse("receipt_lookup"))
    title = _("公众意见回执 %(number)s") % {"number": opinion.number}
    try:
        data = render_pdf(
            "opinions/receipt_pdf.html",
            context,
            title=title,
            created=opinion.recorded_at,
            missing_glyphs="spell",
        )
    except (PrintingUnavailable, PrintingFaultError):
        # The traceback of a rendering holds the whole text: only the number goes to the log.
        logger.error("receipt %s could not be printed", opinion.number)
        context["printing_failed"] = True
        return no_store(TemplateResponse(request, "opinions/lookup_result.html", context))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{opinion.number}.pdf"'
    return no_store(response)
