"""Every address of the product."""

from django.urls import include, path

from yimen.site import two_people, views
from yimen.site.api import api

urlpatterns = [
    path("cases/export", two_people.cases_file, name="cases_export"),
    path("people/export", two_people.people_file, name="people_export"),
    path("", include("yimen.cases.urls")),  # first: an address is looked for from the top, and these are asked most
    path("healthz", views.healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("help", views.help_page, name="help"),
    path("help/keys", views.keys, name="help_keys"),
    path("approvals", two_people.approvals, name="approvals"),
    path("approvals/<str:ref>", two_people.approval, name="approval"),
    path("approvals/<str:ref>/answer", two_people.answer, name="approval_answer"),
    path("exports/<str:ref>", two_people.download, name="export"),
    path("matrix/fields", views.fields, name="fields"),
    path("search", views.search_page, name="search"),
    path("", include("yimen.access.urls")),
    path("", include("yimen.orgs.urls")),
    path("", include("yimen.patches.urls")),
    path("", include("yimen.registry.urls")),
    path("", include("yimen.exchange.urls")),
    path("", include("yimen.geo.urls")),
    path("", include("yimen.oversight.urls")),
    path("", include("yimen.visits.urls")),
    path("", include("yimen.portal.urls")),
    path("", include("yimen.catalogue.urls")),
]

handler400 = "yimen.site.errors.bad_request"
handler403 = "yimen.site.errors.csrf_failure"
handler404 = "yimen.site.errors.not_found"
handler500 = "yimen.site.errors.broken"
