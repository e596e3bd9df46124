from django.apps import AppConfig


class CasesRoom(AppConfig):
    name = "yimen.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
