from django.apps import AppConfig


class DemoRoom(AppConfig):
    name = "yimen.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
