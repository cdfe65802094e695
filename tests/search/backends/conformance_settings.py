"""Settings under which the framework's own behaviour suite runs against a backend of ours, in a process of its own.

``CONFORMANCE_BACKEND`` names the backend, Whoosh unless it is set; PostgreSQL's needs a DATABASE_URL.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from modelsearch.test.settings import *  # noqa: F403

from portal.settings.env import env_database

ROOT = Path(__file__).resolve().parents[3]
FIXTURE_DIRS = [
    os.environ.get("CONFORMANCE_DIR") or str(ROOT.parent / "shared" / "conformance" / "modelsearch")
]
DATABASES: dict[str, Any]
BACKEND = os.environ.get("CONFORMANCE_BACKEND", "search.backends.whoosh")
if BACKEND == "search.backends.whoosh":
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    MODELSEARCH_BACKENDS = {
        "default": {"BACKEND": BACKEND, "PATH": tempfile.mkdtemp(prefix="conformance-index-")}
    }
else:
    DATABASES = {"default": env_database("DATABASE_URL")}
    MODELSEARCH_BACKENDS = {"default": {"BACKEND": BACKEND}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
