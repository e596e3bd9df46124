from django.apps import AppConfig


class OrgsRoom(AppConfig):
    name = "yimen.orgs"
    label = "orgs"
    default_auto_field = "django.db.models.BigAutoField"
