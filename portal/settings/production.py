"""Settings of a public installation: everything that must be decided comes from the environment."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *
from portal.settings.base import DATA_DIR
from portal.settings.env import env_bool, env_int, env_list, env_str

SECRET_KEY = env_str("PORTAL_SECRET_KEY")
ALLOWED_HOSTS = env_list("PORTAL_HOSTS", [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "PORTAL_HOSTS must be set: the host names of the portal, separated by commas, for example eia.example.gov.cn."
    )
WAGTAILADMIN_BASE_URL = env_str("PORTAL_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]
MASTER_KEYS_FILE = Path(env_str("PORTAL_MASTER_KEYS_FILE", str(DATA_DIR / "keys" / "master.keys")))

# The header in which the proxy names the sender, as Django spells it: HTTP_X_FORWARDED_FOR. Empty: the peer's address
# counts. Set it only behind a proxy that writes the header itself, else senders choose their own address.
TRUSTED_PROXY_HEADER = env_str("PORTAL_PROXY_HEADER", "")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env_bool("PORTAL_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env_int("PORTAL_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool("PORTAL_HSTS_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env_bool("PORTAL_HSTS_PRELOAD", True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Wagtail's admin shows previews in frames of its own origin.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
