"""What is sent, printed, exported or kept stands in Chinese, whatever language the person reads who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")


def in_chinese(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function in the language of the record.

    ``translation.override`` as a decorator would keep the language to go back to in one place for all threads.
    """

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        with translation.override(settings.LANGUAGE_CODE):
            return function(*args, **kwargs)

    return inner
