"""Addresses below /ledger/."""

from datetime import date

from django.urls import path, register_converter

from notices import ledger_views


class DayConverter:
    """A day as 2026-03-03."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day; raises ValueError, which answers 404."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Return it as it is written."""
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("", ledger_views.daily_roots, name="ledger_roots"),
    path("roots.jsonl", ledger_views.roots_file, name="ledger_roots_file"),
    path("roots/<day:day>.tsr", ledger_views.root_token, name="ledger_root_token"),
    path("verify.py", ledger_views.verify_script, name="ledger_verify_script"),
    path("<str:code>/", ledger_views.notice_ledger, name="notice_ledger"),
    path("<str:code>/ledger.json", ledger_views.ledger_json, name="notice_ledger_json"),
]
