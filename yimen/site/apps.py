from django.apps import AppConfig


class SiteRoom(AppConfig):
    name = "yimen.site"
    label = "site_room"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tie the rooms together once all of them are loaded."""
        from yimen.site.subscriptions import subscribe

        subscribe()
