import threading

from django.apps import AppConfig
from django.core.checks import register
from django.core.signals import request_finished
from django.utils.translation import trans_real


class SiteRoom(AppConfig):
    name = "yimen.site"
    label = "site_room"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tie the rooms together once all of them are loaded."""
        from yimen.core.database import want_nothing
        from yimen.site.classification import every_field_is_classified
        from yimen.site.subscriptions import subscribe

        subscribe()
        register(every_field_is_classified, "privacy")
        request_finished.connect(want_nothing)
        # Which language is active is asked a hundred times a page. Nothing here translates in coroutines, so a plain
        # thread-local answers, at a tenth of the cost of Django's, which also follows a task from thread to thread.
        trans_real._active = threading.local()  # type: ignore[attr-defined]  # private, hence not in the stubs
