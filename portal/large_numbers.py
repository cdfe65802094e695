"""Addresses with numbers that no database can hold: there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

# Of a bigint. Django itself finds nothing beyond it, but fails for a page's key, which is a link to the key of its parent.
LARGEST: Final = 2**63 - 1


class LargeNumbers:
    """Answers 404 before a view asks the database for a number in the address that it cannot hold."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Look at the numbers of the address. Raises Http404."""
        if any(isinstance(value, int) and value > LARGEST for value in kwargs.values()):
            raise Http404
