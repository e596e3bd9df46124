"""A plain django-helpdesk, as its own installation guide says, for the comparison. Runs in an environment of its own:
settings, addresses and application in one module."""

import os
import sys
from datetime import timedelta
from typing import Any

DEBUG = False
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "helpdesk_project"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
SITE_ID = 1
STATIC_URL = "/static/"
LOGIN_URL = "/login/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_PUBLIC_ENABLED = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "helpdesk",
        "USER": "postgres",
        "HOST": os.environ.get("HELPDESK_SOCKET", ""),
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def __getattr__(name: str) -> Any:
    """Addresses and application, made when Django or granian asks for them."""
    if name == "urlpatterns":
        from django.urls import include, path

        return [path("helpdesk/", include("helpdesk.urls"))]
    if name == "application":
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()
    raise AttributeError(name)


def fill(tickets: int, still_open: int) -> None:
    """As many tickets as the other side has cases, as many of them open; prints a session's cookie and the queue."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sites.models import Site
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone
    from helpdesk.models import Queue, Ticket

    call_command("migrate", verbosity=0)
    Site.objects.update_or_create(id=1, defaults={"domain": "localhost", "name": "bench"})
    user = get_user_model().objects.create_superuser("window", "window@example.invalid", "x")
    queue = Queue.objects.create(title="Counter", slug="counter")
    now = timezone.now()
    Ticket.objects.bulk_create(
        (
            Ticket(
                title=f"Matter {number}",
                queue=queue,
                created=now - timedelta(minutes=number),
                modified=now,
                submitter_email="resident@example.invalid",
                assigned_to=user,
                status=Ticket.OPEN_STATUS if number < still_open else Ticket.CLOSED_STATUS,
                description="Old-age allowance",
                due_date=now + timedelta(minutes=number),
                secret_key=f"{number:08}",
            )
            for number in range(tickets)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    sys.stdout.write(f"{session.session_key} {queue.pk} {user.pk}\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk_project"
    fill(int(sys.argv[1]), int(sys.argv[2]))
