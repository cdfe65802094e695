"""The settings of worker processes on the database of the tests, impatient with locks."""

import os
from typing import Any

from portal.settings.dev import *  # noqa: F403
from portal.settings.dev import DATABASES

DEMO_ALLOWED = False
if "WORKED_DATABASE" in os.environ:  # a file; a server is named by its address
    DATABASES["default"]["NAME"] = os.environ["WORKED_DATABASE"]
_options: Any = DATABASES["default"].setdefault("OPTIONS", {})
if "init_command" in _options:
    _options["init_command"] = _options["init_command"].replace("busy_timeout=20000", "busy_timeout=100")
else:
    _options["options"] = "-c lock_timeout=100"
