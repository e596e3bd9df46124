"""The application as WSGI has it: pages, API and built files."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from yimen.site.proxy import Application, Behind
from yimen.site.static_files import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
application: Application = StaticFiles(get_wsgi_application())
if settings.HTTPS:
    application = Behind(application, settings.PROXIES)

gc.freeze()  # what is loaded by now stays: looking through it again and again finds nothing
gc.set_threshold(20_000, 20, 20)  # a page makes and drops thousands of things, and hardly any in circles
