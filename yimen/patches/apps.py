from django.apps import AppConfig


class PatchesRoom(AppConfig):
    name = "yimen.patches"
    label = "patches"
    default_auto_field = "django.db.models.BigAutoField"
