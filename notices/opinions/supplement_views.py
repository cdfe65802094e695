"""From a look-up to the form of a supplement."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from notices.opinions.form_tokens import new_token
from notices.opinions.forms import LookupForm
from notices.opinions.lookup_views import find_opinion, lookup_page, result_page
from notices.opinions.supplements import may_supplement
from notices.opinions.views import Filling, no_store, step_page


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def receipt_supplement(request: HttpRequest) -> HttpResponse:
    """Open the form as a supplement; its signed token remembers to what."""
    lookup = LookupForm(request.POST)
    opinion = find_opinion(request, lookup)
    if opinion is None:
        return lookup_page(request, lookup)
    now, record = timezone.now(), opinion.notice.record
    if not may_supplement(opinion, now=now):
        return result_page(request, opinion, lookup, note=_("现在不能在网上补充意见。"))
    record.page = opinion.notice
    token = new_token(record.code, now=now, version=record.version, supplement_to=opinion.number)
    filling = Filling(request, record, token, now, [])
    return no_store(step_page(filling, "opinion", filling.opinion_form(bound=False)))
