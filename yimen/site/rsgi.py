"""The entry point granian loads."""

from yimen.site.received import InWhole
from yimen.site.wsgi import application as pages

application = InWhole(pages)
