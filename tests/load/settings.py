"""The settings of `make run` without the demo content, behind a proxy that names the senders."""

from portal.settings.dev import *  # noqa: F403
from portal.settings.dev import LOGGING

DEMO_ALLOWED = False
TRUSTED_PROXY_HEADER = "HTTP_X_FORWARDED_FOR"
# Says how long each chain was held.
LOGGING["loggers"] = {**LOGGING["loggers"], "notices.ledger.locking": {"level": "DEBUG"}}
