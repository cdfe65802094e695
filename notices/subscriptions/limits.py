"""How often a sender may ask, and how often an address may be written to because somebody asked."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.throttling import HOUR, client_address, count_up, counter_key

# A village may sit behind one address.
ASKED_AN_HOUR = 60
DAY = 24 * HOUR
SENT_A_DAY = 5
TOO_MANY = _("这一小时里订阅的人太多，请过一小时再试。")


def may_ask(request: HttpRequest) -> bool:
    """Count a request of a sender and return whether it is taken."""
    return count_up(counter_key("subscribe", client_address(request), HOUR), HOUR) <= ASKED_AN_HOUR


def may_be_sent_to(address: str) -> bool:
    """Count a mail that an address would get and return whether it gets it: nobody's mailbox is filled by a stranger."""
    return count_up(counter_key("subscribe-to", address.casefold(), DAY), DAY) <= SENT_A_DAY
