"""Settings safe for production; dev.py and test.py loosen what must be loosened."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.settings.env import env_bool, env_choice, env_database, env_int, env_search, env_str
from portal.settings.env_services import Bucket, env_cache, env_files, env_mail

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env_str("PORTAL_DATA", str(BASE_DIR / ".var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = False
DEMO_ALLOWED = False
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

INSTALLED_APPS = [
    "portal",
    "portal.signin",
    "notices",
    "notices.ledger",
    "notices.outbox",
    "notices.opinions",
    "notices.subscriptions",
    "notices.exports",
    "notices.archive",
    "search",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "portal.apps.AccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.security_headers.ContentSecurityPolicy",
    # After what adds headers to every answer, before sessions and all that a kept page does not need.
    "portal.page_cache.PageCache",
    "portal.language.ReaderLanguage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.signin.sessions.SignedIn",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.large_numbers.LargeNumbers",
    "portal.files_unavailable.FilesUnavailable",
    "notices.middleware.NoticeActs",
    # Innermost: what it answers with instead of a file gets the headers and cookies of all the others.
    "portal.downloads.Downloads",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.context.site",
            ],
        },
    },
]


def sqlite(path: Path) -> dict[str, object]:
    """Return the embedded database: write-ahead log, full durability, write lock taken at BEGIN."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # What is erased is overwritten, not only unlinked from its page.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
            "PRAGMA secure_delete=ON;",
        },
    }


# Page-two data keys live apart from the database, so that a copy of one without the other says nothing.
DATABASES = {
    "default": env_database("DATABASE_URL") or sqlite(DATA_DIR / "portal.sqlite3"),
    "keys": env_database("KEYS_DATABASE_URL") or sqlite(DATA_DIR / "keys" / "keys.sqlite3"),
}
if all(DATABASES["default"].get(part) == DATABASES["keys"].get(part) for part in ("HOST", "PORT", "NAME")):
    raise ImproperlyConfigured(
        "KEYS_DATABASE_URL names the same database as DATABASE_URL: give the keys a database of their own."
    )
DATABASE_ROUTERS = ["notices.sealing.key_store.KeyStoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
(DATA_DIR / "keys").mkdir(exist_ok=True, mode=0o700)

AUTHENTICATION_BACKENDS = ["portal.signin.lockout.GuardedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# A code from an authenticator app after the password, for every account.
TWO_FACTOR = env_bool("PORTAL_TWO_FACTOR", True)
# A session ends after so long without a request, and after so long in any case.
SESSION_IDLE_MINUTES = env_int("PORTAL_SESSION_IDLE_MINUTES", 60, minimum=5, maximum=24 * 60)
SESSION_HOURS = env_int("PORTAL_SESSION_HOURS", 12, minimum=1, maximum=24 * 7)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# The second holds what Wagtail's own Chinese catalogue lacks.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "framework_locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = DATA_DIR / "static"
MEDIA_URL = "/media/"
FILES = env_files("MEDIA_URL", default=DATA_DIR)
# With a bucket nothing lies in this folder, and no proxy sends from it.
FILES_DIR = DATA_DIR if isinstance(FILES, Bucket) else FILES
MEDIA_ROOT = FILES_DIR / "media"
CONTENT_DIR = FILES_DIR / "content"
# "nginx": a proxy on this machine sends the files of content, once we have said that this person may have them.
SENDFILE = env_choice("PORTAL_SENDFILE", ("", "nginx"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Files named by their SHA-256; served through views that check who asks, never from a public folder.
    "content": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(CONTENT_DIR),
            "base_url": None,
            # The proxy reads as a member of our group.
            "file_permissions_mode": 0o640 if SENDFILE else 0o600,
            "directory_permissions_mode": 0o750 if SENDFILE else 0o700,
        },
    },
}
if isinstance(FILES, Bucket):
    STORAGES["content"], STORAGES["default"] = FILES.storage("content"), FILES.storage("media")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
ATTACHMENT_MAX_BYTES = env_int("ATTACHMENT_MAX_MB", 300, minimum=1, maximum=2000) * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
# Pictures of report pages that are kept, together.
PAGE_IMAGES_MAX_BYTES = env_int("PAGE_IMAGES_MAX_MB", 500, minimum=10) * 1024 * 1024
# Files that come with an opinion: bytes of one, how many with one opinion, bytes of all that wait for their opinion.
OPINION_FILE_MAX_BYTES = env_int("OPINION_FILE_MAX_MB", 20, minimum=1, maximum=100) * 1024 * 1024
OPINION_FILES_MAX = env_int("OPINION_FILES_MAX", 5, minimum=1, maximum=20)
OPINION_STAGED_MAX_BYTES = env_int("OPINION_STAGED_MAX_MB", 5000, minimum=100) * 1024 * 1024

# How long personal data is kept; printed in the privacy notice. The terms of review (行政复议法 20) and of litigation
# (行政诉讼法 46) run from the announced decision; both must be over, so neither can be set shorter than the law has it.
RETENTION_REVIEW_DAYS = env_int("RETENTION_REVIEW_DAYS", 60, minimum=60, maximum=3650)
RETENTION_LITIGATION_MONTHS = env_int("RETENTION_LITIGATION_MONTHS", 6, minimum=6, maximum=120)
# After a project was given up there is no decision to contest.
RETENTION_ABANDONED_DAYS = env_int("RETENTION_ABANDONED_DAYS", 60, minimum=1, maximum=3650)
RETENTION_UNSENT_DAYS = env_int("RETENTION_UNSENT_DAYS", 1, minimum=1, maximum=7)
# Never deleted by the portal: records of access (网络数据安全管理条例 12), opinions with receipts and answers (the archive's term).
RETENTION_ACCESS_YEARS = env_int("RETENTION_ACCESS_YEARS", 3, minimum=3, maximum=100)
RETENTION_OPINION_YEARS = env_int("RETENTION_OPINION_YEARS", 30, minimum=10, maximum=100)

# Roots are kept outside the database: better on another disk, or on one that can only be appended to.
LEDGER_ROOTS_DIR = Path(env_str("LEDGER_ROOTS_DIR", str(DATA_DIR / "roots")))
TIMESTAMP_URL = env_str("TIMESTAMP_URL", "")
TIMESTAMP_CA_FILE = env_str("TIMESTAMP_CA_FILE", "")

CACHES = {
    "default": env_cache("CACHE_URL", folder=DATA_DIR / "cache"),
    # Public pages apart from the counters of senders: a flood of addresses must not push those out.
    "pages": env_cache("CACHE_URL", folder=DATA_DIR / "pages", prefix="pages", entries=2_000),
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "index", "quick", "heavy"],
    }
}

WAGTAIL_SITE_NAME = "环评公众参与公示平台"
WAGTAILADMIN_BASE_URL = env_str("PORTAL_URL", "http://127.0.0.1:8000").rstrip("/")
WAGTAILSEARCH_BACKENDS = {
    "default": env_search("SEARCH_URL", database=DATABASES["default"], folder=DATA_DIR / "index")
}
WAGTAIL_FINISH_WORKFLOW_ACTION = "notices.workflow_end.finish_workflow"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Windows end by the clock of Beijing: nobody reads them by another one.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h2", "h3", "bold", "ol", "ul", "link"]},
    }
}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "txt"]

LOGIN_URL = "wagtailadmin_login"
WAGTAILADMIN_USER_LOGIN_FORM = "portal.signin.forms.SignInForm"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# The clock and a worker wait for the mail server this long, never for ever.
EMAIL_TIMEOUT = 20
globals().update(env_mail())

SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
# A proxy and a monitor on this machine ask without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# Error pages, error mails and log lines hold no values, whatever DEBUG says.
DEFAULT_EXCEPTION_REPORTER = "portal.error_reports.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.error_reports.ValueFreeFilter"

# "line" is for people, "json" one object a line for programs that collect logs.
LOG_FORMAT = env_choice("PORTAL_LOG_FORMAT", ("line", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.error_reports.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "portal.error_reports.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "portal": {"level": "INFO"},
        "notices": {"level": "INFO"},
        "search": {"level": "INFO"},
        "fontTools": {"level": "ERROR"},
    },
}
