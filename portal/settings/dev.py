"""Settings of `make run`: demo content, plain http on this machine, mails as files."""

from portal.settings.base import *
from portal.settings.base import DATA_DIR, STORAGES
from portal.settings.env import env_bool, env_list, env_str, secret_from_file

DEBUG = env_bool("PORTAL_DEBUG", False)
DEMO_ALLOWED = True
# The demo accounts are tried without a phone.
TWO_FACTOR = env_bool("PORTAL_TWO_FACTOR", False)
SECRET_KEY = env_str("PORTAL_SECRET_KEY", secret_from_file(DATA_DIR / "secret_key"))
MASTER_KEYS_FILE = DATA_DIR / "keys" / "master.keys"
ALLOWED_HOSTS = env_list("PORTAL_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
WAGTAILADMIN_BASE_URL = env_str("PORTAL_URL", f"http://127.0.0.1:{env_str('PORT', '8000')}").rstrip("/")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mails")
# Served straight from the apps' folders: no collectstatic before the first page.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
