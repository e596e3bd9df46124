from django.apps import AppConfig


class ExchangeRoom(AppConfig):
    name = "yimen.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
