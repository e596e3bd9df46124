"""Doors of the site itself."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from yimen.access.gate import public_door


@public_door()
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})
