"""The settings of `make run` without the demo content, behind a proxy that names the senders."""

import os
from typing import Any

from portal.settings import dev
from portal.settings.dev import *  # noqa: F403

DEMO_ALLOWED = False
TRUSTED_PROXY_HEADER = "HTTP_X_FORWARDED_FOR"
# Says how long each chain was held.
_loggers: Any = dev.LOGGING["loggers"]
LOGGING = {**dev.LOGGING, "loggers": {**_loggers, "notices.ledger.locking": {"level": "DEBUG"}}}
# Files that a benchmark has sent as they are.
WHITENOISE_ROOT = os.environ.get("WHITENOISE_ROOT")
