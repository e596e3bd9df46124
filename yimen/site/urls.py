"""Every address of the product."""

from django.urls import include, path

from yimen.site import views
from yimen.site.api import api

urlpatterns = [
    path("", include("yimen.cases.urls")),  # first: an address is looked for from the top, and these are asked most
    path("healthz", views.healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("help", views.help_page, name="help"),
    path("help/keys", views.keys, name="help_keys"),
    path("matrix/fields", views.fields, name="fields"),
    path("search", views.search_page, name="search"),
    path("", include("yimen.access.urls")),
    path("", include("yimen.orgs.urls")),
    path("", include("yimen.registry.urls")),
    path("", include("yimen.exchange.urls")),
    path("", include("yimen.oversight.urls")),
    path("", include("yimen.portal.urls")),
    path("", include("yimen.catalogue.urls")),
]

handler400 = "yimen.site.errors.bad_request"
handler403 = "yimen.site.errors.csrf_failure"
handler404 = "yimen.site.errors.not_found"
handler500 = "yimen.site.errors.broken"
