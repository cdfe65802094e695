"""Publish a notice that takes opinions and print its code: python -m tests.load.open_notice."""

from __future__ import annotations

import django

if __name__ == "__main__":
    django.setup()
    from tests.factories import make_notice

    print(make_notice().record.code)
