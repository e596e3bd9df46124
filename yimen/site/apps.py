from django.apps import AppConfig


class SiteRoom(AppConfig):
    name = "yimen.site"
    label = "site_room"
    default_auto_field = "django.db.models.BigAutoField"
