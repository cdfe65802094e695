"""The proof of an opinion as a file; by POST only, no secret in an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from notices.opinions.forms import LookupForm
from notices.opinions.lookup_views import find_opinion, lookup_page
from notices.opinions.proof import proof_of
from notices.opinions.views import no_store


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def receipt_proof(request: HttpRequest) -> HttpResponse:
    """Send the proof of an opinion, to be checked without the portal; a wrong code leads back to the look-up form."""
    form = LookupForm(request.POST)
    opinion = find_opinion(request, form)
    if opinion is None:
        return lookup_page(request, form)
    response = HttpResponse(proof_of(opinion), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="proof-{opinion.number}.json"'
    return no_store(response)
