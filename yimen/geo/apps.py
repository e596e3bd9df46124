from django.apps import AppConfig


class GeoRoom(AppConfig):
    name = "yimen.geo"
    label = "geo"
    default_auto_field = "django.db.models.BigAutoField"
