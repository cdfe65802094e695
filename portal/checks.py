"""System checks with ids: what is missing and what to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from notices.printing import missing_parts


def check_master_keys_apart(**kwargs: Any) -> list[CheckMessage]:
    """E001: the master keys must not lie in the media or content folder, which backups and servers hand out."""
    path = settings.MASTER_KEYS_FILE.resolve()
    if settings.DATA_DIR / "media" in path.parents or settings.DATA_DIR / "content" in path.parents:
        return [
            Error(
                "The master keys lie in a folder that is served or copied.",
                hint="Set PORTAL_MASTER_KEYS_FILE to a path outside media and content.",
                id="portal.E001",
            )
        ]
    return []


def check_printing(**kwargs: Any) -> list[CheckMessage]:
    """W001: without the PDF libraries or fonts everything but PDF works."""
    missing = missing_parts()
    if not missing:
        return []
    return [
        Warning(
            f"PDF output is not available: {'; '.join(missing)}.",
            hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk",
            id="portal.W001",
        )
    ]


def connect() -> None:
    """Register the checks once."""
    register(check_master_keys_apart, Tags.security)
    register(check_printing, "printing")
