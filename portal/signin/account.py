"""What a person sets for himself in the admin."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.account import AccountView, AvatarSettingsPanel


class OwnAccountView(AccountView):  # type: ignore[misc]
    """Wagtail's page without a picture of oneself: files that are no part of a notice have no address here."""

    def get_panels(self) -> list[Any]:
        """Return what can be set."""
        return [panel for panel in super().get_panels() if not isinstance(panel, AvatarSettingsPanel)]
