from django.apps import AppConfig


class VisitsRoom(AppConfig):
    name = "yimen.visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"
