"""The catalogue as data: what may be asked for, what to bring, how long it takes. Public, as the guide pages are."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from yimen.catalogue import queries
from yimen.catalogue.rules import AccessKind
from yimen.core.clock import local
from yimen.core.web import asked_at

router = Router(tags=["catalogue"])


class Words(Schema):
    """The same words in both languages."""

    zh: str
    en: str


class MaterialOut(Schema):
    code: str
    name: Words
    only_looked_at: bool


class FieldOut(Schema):
    """One thing the form asks; with a `fact` it is filled in from the registry and need not be sent."""

    key: str
    label: Words
    type: str
    required: bool
    fact: str
    options: list[str]


class MatterOut(Schema):
    """One matter as it stands today. Days are working days; `legal_days` null means no legal limit is known."""

    code: str
    name: Words
    category: str
    category_name: Words
    post: str
    department: str
    decision_level: str
    legal_days: int | None
    promised_days: int
    restricted: bool
    version: int
    decision_no: str
    from_on: date
    materials: list[MaterialOut]
    form: list[FieldOut]


class MattersOut(Schema):
    categories: int
    count: int
    items: list[MatterOut]


@router.get("matters", auth=None, response=MattersOut, openapi_extra={"x-verb": "public"})
def matters(request: HttpRequest) -> Any:
    """Every matter in force today: 24 categories and 88 matters until an approved decision changes it."""
    today = local(asked_at(request)).date()
    shelf = queries.shelf()
    items = [_matter(version, shelf) for version in queries.live(today).values()]
    return {"categories": len({item["category"] for item in items}), "count": len(items), "items": items}


def _matter(version: queries.Version, shelf: queries.Shelf) -> dict[str, Any]:
    item = version.item
    return {
        "code": item.code,
        "name": _words(item.name),
        "category": item.category,
        "category_name": _words(shelf.categories[item.category].name),
        "post": item.post,
        "department": item.department,
        "decision_level": item.decision_level,
        "legal_days": item.legal_days,
        "promised_days": item.promised_days,
        "restricted": item.access is AccessKind.RESTRICTED,
        "version": version.number,
        "decision_no": version.decision_no,
        "from_on": version.from_on,
        "materials": [
            {"code": code, "name": _words(shelf.materials[code].name), "only_looked_at": code in item.look_only}
            for code in item.materials
        ],
        "form": [
            {
                "key": field.key,
                "label": _words(field.label),
                "type": field.type,
                "required": field.required,
                "fact": field.fact,
                "options": [option.key for option in field.options],
            }
            for field in item.form
        ],
    }


def _words(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
