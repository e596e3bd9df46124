from django.apps import AppConfig


class CatalogueRoom(AppConfig):
    name = "yimen.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
