"""Settings under which the framework's own behaviour suite runs against the Whoosh backend, in a process of its own."""

import os
import tempfile
from pathlib import Path

from modelsearch.test.settings import *  # noqa: F403

ROOT = Path(__file__).resolve().parents[3]
FIXTURE_DIRS = [
    os.environ.get("CONFORMANCE_DIR") or str(ROOT.parent / "shared" / "conformance" / "modelsearch")
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "search.backends.whoosh", "PATH": tempfile.mkdtemp(prefix="conformance-index-")}
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
