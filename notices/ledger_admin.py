"""What operators see of the ledger: what the last nightly check found, and time stamps that are missing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.menu import MenuItem

from notices.ledger.models import DailyRoot, LedgerCheck
from notices.operator_pages import OperatorMenuItem, OperatorPage
from notices.services import CHAIN_PREFIX


def troubles() -> list[tuple[str, str]]:
    """Return what is wrong with the ledger, each a heading and a sentence; none while all is well."""
    found = []
    check = LedgerCheck.objects.first()
    if check is not None and check.fault_count:
        count = {"count": check.fault_count}
        found.append(
            (
                _("台账核对"),
                ngettext(
                    "发现 %(count)s 处问题，请查明原因",
                    "发现 %(count)s 处问题，请查明原因",
                    check.fault_count,
                )
                % count,
            )
        )
    missing = DailyRoot.objects.exclude(stamp_error="").count()
    if missing:
        found.append(
            (
                _("每日根的时间戳"),
                ngettext("%(count)s 天没有取得，系统会再试", "%(count)s 天没有取得，系统会再试", missing)
                % {"count": missing},
            )
        )
    return found


class LedgerCheckView(OperatorPage):
    """The last nights' checks and what the latest found; for operators."""

    template_name = "notices/admin/ledger_check.html"
    page_title = gettext_lazy("台账核对")
    header_icon = "tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what was found."""
        checks = list(LedgerCheck.objects.all()[:14])
        faults = checks[0].faults if checks else []
        return super().get_context_data(
            checks=checks,
            latest=checks[0] if checks else None,
            faults=[{**fault, "code": fault["chain"].removeprefix(CHAIN_PREFIX)} for fault in faults],
            unstamped=DailyRoot.objects.exclude(stamp_error="").defer("heads", "token").order_by("-day")[:14],
            **kwargs,
        )


def ledger_menu_item() -> MenuItem:
    """Return the entry among the reports."""
    return OperatorMenuItem(
        _("台账核对"), reverse("ledger_checks"), name="ledger-checks", icon_name="tasks", order=900
    )
