"""Settings of the tests: a data folder of their own for each process, tasks run at once, nothing leaves the machine."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

os.environ["PORTAL_DATA"] = tempfile.mkdtemp(prefix="portal-test-")

from portal.settings.base import *
from portal.settings.base import DATA_DIR, DATABASES, STORAGES

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
# Tests of the second factor switch it on.
TWO_FACTOR = False
MASTER_KEYS_FILE = Path(DATA_DIR) / "keys" / "master.keys"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # A test that is rolled back never commits, and so would get the pages of the one before.
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
# A power cut would lose nothing that anybody needs.
for _database in DATABASES.values():
    _options: Any = _database.get("OPTIONS", {})
    if "init_command" in _options:
        _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
# Live-server tests reach the database from several threads: a file, not memory.
DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test-default.sqlite3")}
# One table: made without running every app's migrations a second time.
DATABASES["keys"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test-keys.sqlite3"), "MIGRATE": False}
(DATA_DIR / "static").mkdir(exist_ok=True)
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
