from django.apps import AppConfig


class TrailRoom(AppConfig):
    name = "yimen.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"
