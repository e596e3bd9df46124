"""The entry point granian loads."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from yimen.site.proxy import Application, Behind
from yimen.site.static_files import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
application: Application = StaticFiles(get_wsgi_application())
if settings.HTTPS:
    application = Behind(application, settings.PROXIES)
