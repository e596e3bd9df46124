"""Every sealed column of every room, for whoever rotates keys. A test keeps it in step with the classification."""

from collections.abc import Mapping
from typing import Any

from yimen.access.rules import TYPED
from yimen.cases.rules import sealed as cases
from yimen.core.files.pieces import sealed_places
from yimen.core.resealing import Sealed
from yimen.exchange.rules import sealed as exchange
from yimen.registry.rules import sealed as registry
from yimen.trail import idempotency
from yimen.visits.rules import sealed as visits


def _code(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"secret_hash": cases.secret_hash(row["secret"]) if row["secret"] else row["secret_hash"]}


def _caller(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"phone_hash": visits.phone_hash(row["phone"]) if row["phone"] else row["phone_hash"]}


SEALED = (
    Sealed(
        "registry_resident",
        registry.RESIDENT,
        follows={
            "id_hash": "bytea",
            "id_tail4": "int",
            "id_tail6": "int",
            "phone_hash": "bytea",
            "phone_tail4": "int",
        },
        needs=("division_code",),
        compute=registry.found_by,
    ),
    Sealed("registry_trait", registry.TRAIT, mark=registry.TRAIT_MARK),
    Sealed("registry_change", registry.CHANGE),
    Sealed("cases_visit", {"secret": cases.SECRET}, follows={"secret_hash": "bytea"}, compute=_code),
    Sealed("cases_case", {"form": cases.FORM}),
    Sealed("cases_draft", {"content": cases.DRAFT}),
    Sealed("cases_message", {"text": cases.MESSAGE}),
    Sealed(
        "cases_followup",
        {"secret": cases.CODE, "text": cases.FOLLOW_UP, "contact": cases.CONTACT},
        follows={"secret_hash": "bytea"},
        needs=("secret_hash",),
        compute=_code,
    ),
    Sealed("visits_visit", {"note": visits.NOTE}),
    Sealed("visits_finding", {"content": visits.FINDING}),
    Sealed(
        "visits_contact",
        {"phone": visits.PHONE, "words": visits.WORDS, "answer": visits.ANSWER},
        follows={"phone_hash": "bytea"},
        needs=("phone_hash",),
        compute=_caller,
    ),
    Sealed("visits_journalnote", {"words": visits.JOURNAL}),
    Sealed("access_typedfilter", {"words": TYPED}),
    Sealed("exchange_filepart", sealed_places("exchange_filepart"), batch=8),
    Sealed("geo_groundpart", sealed_places("geo_groundpart"), batch=8),
    Sealed("exchange_stagedrow", exchange.STAGED_ROW),
    Sealed("trail_idempotency", {"answer": idempotency.PLACE}, key_type="bigint"),
)
