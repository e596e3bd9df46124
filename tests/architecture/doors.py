"""Every door: one method of one address with its verb, pages from the resolver, operations from the API's own list."""

from typing import NamedTuple

from tests.architecture.routes import routes
from yimen.site.api import api


class Door(NamedTuple):
    """`verb` is "" for a door that names none."""

    method: str
    address: str
    verb: str


def doors() -> list[Door]:
    """All of them, pages first."""
    pages = [
        Door(method, f"/{route.pattern}", route.verb)
        for route in routes()
        if not route.is_api
        for method in route.methods or ("GET",)
    ]
    operations = [
        Door(method, f"/api/v1/{path.lstrip('/')}", str((operation.openapi_extra or {}).get("x-verb", "")))
        for _prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]
    return sorted({*pages, *operations}, key=lambda door: (door.address.startswith("/api/"), door.address, door.method))
