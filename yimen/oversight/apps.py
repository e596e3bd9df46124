from django.apps import AppConfig


class OversightRoom(AppConfig):
    name = "yimen.oversight"
    label = "oversight"
    default_auto_field = "django.db.models.BigAutoField"
