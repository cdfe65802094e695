"""The settings of `make run` without the demo content, which has tests of its own."""

from portal.settings.dev import *  # noqa: F403

DEMO_ALLOWED = False
