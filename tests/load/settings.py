"""The settings of `make run` without the demo content, behind a proxy that names the senders."""

from portal.settings.dev import *  # noqa: F403

DEMO_ALLOWED = False
TRUSTED_PROXY_HEADER = "HTTP_X_FORWARDED_FOR"
