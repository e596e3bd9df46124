from django.apps import AppConfig


class AccessRoom(AppConfig):
    name = "yimen.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
