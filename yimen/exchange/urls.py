from django.urls import path

from yimen.exchange.views import imports

urlpatterns = [
    path("imports", imports.imports, name="imports"),
    path("imports/new", imports.upload, name="import_new"),
    path("imports/<str:ref>", imports.one, name="import"),
    path("imports/<str:ref>/columns", imports.columns, name="import_columns"),
    path("imports/<str:ref>/fix", imports.fix, name="import_fix"),
    path("imports/<str:ref>/apply", imports.apply, name="import_apply"),
    path("imports/<str:ref>/undo", imports.undo, name="import_undo"),
    path("imports/<str:ref>/drop", imports.drop, name="import_drop"),
    path("imports/<str:ref>/refused.xlsx", imports.refused, name="import_refused"),
]
