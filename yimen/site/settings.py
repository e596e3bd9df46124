"""Every setting of the product: environment only, one file, a wrong value stops the start with a sentence.

Documented in docs/operations.md; a test keeps the two in step.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from yimen.core.reach import APP_ROLE
from yimen.site.postgres import connection_settings, database_url, home

ROOT = Path(__file__).resolve().parents[1]
HOME = home()

DEMO = os.environ.get("YIMEN_DEMO", "") == "1"
MADE_UP_NUMBERS = DEMO  # whether the counter may put numbers of never-assigned regions on record
DEBUG = False


def _secret() -> str:
    """The signing key: YIMEN_SECRET_FILE, or one made for this process (tests, one-off commands)."""
    path = os.environ.get("YIMEN_SECRET_FILE", "")
    return Path(path).read_text().strip() if path else secrets.token_urlsafe(48)


SECRET_KEY = _secret()
ALLOWED_HOSTS = os.environ.get("YIMEN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
HTTPS = os.environ.get("YIMEN_HTTPS", "") == "1"
PROXIES = os.environ.get("YIMEN_PROXIES", "127.0.0.1,::1")  # whose word on the asker's address counts


# A page that hangs is worse than one that says "try again".
LIMITS = "-c statement_timeout=10000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"


def _database(url: str, options: str) -> dict[str, Any]:
    found = connection_settings(url)
    return {
        **found,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, "options": options, **found["OPTIONS"]},
    }


# Web and worker take a role for which the policies of the tables hold, whoever logs in.
DATABASES = {"default": _database(database_url(), f"{LIMITS} -c role={APP_ROLE}")}
# Migrations and loaders: an index of a whole city takes minutes; what they wait for may not hold the pages up.
OWNER_DATABASE = _database(os.environ.get("YIMEN_OWNER_URL") or database_url(), "-c lock_timeout=3000")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = (
    *("trail", "access", "orgs", "registry", "patches", "catalogue", "cases", "visits", "exchange", "oversight"),
    *("geo", "portal", "demo", "site"),
)
INSTALLED_APPS = [
    "procrastinate.contrib.django",
    *(f"yimen.{room}" for room in ROOMS),
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # every room's jobs.py
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

MIDDLEWARE = [
    "yimen.site.middleware.Doorway",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "yimen.site.urls"
WSGI_APPLICATION = "yimen.site.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / room / "templates" for room in ("core", *ROOMS)],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "yimen.site.templating.environment"},
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "core" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "yimen.site.errors.csrf_failure"
SESSION_COOKIE = "__Host-yimen" if HTTPS else f"yimen-{os.environ.get('YIMEN_PORT', '8000')}"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "yimen.site.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"defects": {"()": "yimen.site.logs.Defects"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["defects"]},  # a refusal is not news; a defect is
        "yimen.trail": {"level": "INFO"},  # each seal, so that whoever keeps the log keeps the heads
    },
}
