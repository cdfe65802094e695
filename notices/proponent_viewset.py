"""建设单位 as Wagtail registers it: the menu and the addresses below /proponents/."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from notices.account_views import (
    AccountAddView,
    InvitationView,
    invitation_sheet_file,
    renew_invitation,
    switch_account,
)
from notices.permissions import is_operator
from notices.proponent_details import visible_proponents
from notices.proponent_views import (
    AgreementAddView,
    AuthorisationAddView,
    ProponentAddView,
    ProponentIndexView,
    ProponentInspectView,
    agreement_file,
    authorisation_file,
)


class ProponentMenuItem(MenuItem):
    """Shown to those who have a 建设单位 to look at."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask once for each page of the admin."""
        return is_operator(request.user) or visible_proponents(request.user).exists()


class ProponentViewSet(ViewSet):  # type: ignore[misc]
    """建设单位: list, entry, and the forms at the entry."""

    name = "proponents"
    icon = "group"
    menu_label = gettext_lazy("建设单位")
    menu_order = 130
    add_to_admin_menu = True
    menu_item_class = ProponentMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses below /proponents/."""
        account = "<int:pk>/accounts/<int:user_id>/"
        return [
            path("", ProponentIndexView.as_view(), name="index"),
            path("results/", ProponentIndexView.as_view(results_only=True), name="index_results"),
            path("add/", ProponentAddView.as_view(), name="add"),
            path("<int:pk>/", ProponentInspectView.as_view(), name="inspect"),
            path("<int:pk>/account/", AccountAddView.as_view(), name="account_add"),
            path("<int:pk>/agreement/", AgreementAddView.as_view(), name="agreement_add"),
            path("<int:pk>/authorisation/", AuthorisationAddView.as_view(), name="authorisation_add"),
            path(f"{account}invitation/", InvitationView.as_view(), name="invitation"),
            path(f"{account}sheet/", invitation_sheet_file, name="invitation_sheet"),
            path(f"{account}renew/", renew_invitation, name="invitation_renew"),
            path(f"{account}active/", switch_account, name="account_active"),
            path("<int:pk>/agreement/<int:scan_id>/", agreement_file, name="agreement"),
            path("<int:pk>/authorisation/<int:scan_id>/", authorisation_file, name="authorisation"),
        ]
