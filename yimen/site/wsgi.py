"""The entry point granian loads."""

import os

from django.core.wsgi import get_wsgi_application

from yimen.site.static_files import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
application = StaticFiles(get_wsgi_application())
