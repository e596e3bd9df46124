from django.apps import AppConfig


class PortalRoom(AppConfig):
    name = "yimen.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
