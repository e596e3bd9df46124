"""Corrected values in bulk: old and new kept as changes, and where each comes from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from yimen.core.actor import Actor
from yimen.core.identity import inspect
from yimen.core.ids import new_id
from yimen.core.many import insert_rows, update_rows
from yimen.core.names import search_keys, sort_key
from yimen.registry.actions.roster.people import CELLS, PLAIN, Journal, Origin, cells, document_of
from yimen.registry.rules import sealed
from yimen.registry.rules.fields import FIELDS
from yimen.registry.rules.roster import Difference, Judged, Said, Standing

_CHANGE = {
    "id": "uuid",
    "division_code": "text",
    "resident_id": "uuid",
    "field": "text",
    "old_value": "bytea",
    "new_value": "bytea",
    "source": "text",
    "evidence": "text",
    "note": "text",
    "by_name": "text",
    "by_account": "uuid",
    "at": "timestamptz",
    "undoes_id": "uuid",
    "provenance_before": "jsonb",
}
_UPDATED = {"id": "uuid", **PLAIN, **CELLS}


def correct_people(
    actor: Actor, changed: Sequence[tuple[Said, Judged]], origin: Origin, journals: dict[int, Journal]
) -> None:
    """Write the differences that are values of the person: changes first, then the records."""
    changes, people = [], []
    for row, one in changed:
        person = one.person
        assert person is not None
        fields = _with_number([each for each in one.differences if each.name in FIELDS], person, origin.on)
        for different in fields:
            change = change_row(actor, person, different, origin, row.evidence)
            changes.append(change)
            journals[row.line].setdefault("changes", []).append(str(change["id"]))
            person.values[different.name] = different.new
            person.provenance[different.name] = ["import", origin.on.isoformat(), row.evidence]
        if fields:
            people.append(columns_of(person))
    write_values(changes, people)


def write_values(changes: Sequence[dict[str, Any]], people: Sequence[dict[str, Any]]) -> None:
    """Changes and the columns of the people they are about."""
    insert_rows("registry_change", _CHANGE, changes)
    update_rows("registry_resident", _UPDATED, people)


def _with_number(fields: Sequence[Difference], person: Standing, on: date) -> list[Difference]:
    """A number brings its birth date and sex along."""
    found = list(fields)
    number = next((one.new for one in fields if one.name == "id_number"), "")
    if not number:
        return found
    said, named = inspect(number, today=on), {one.name for one in fields}
    birth = said.birth_on.isoformat() if said.birth_on else ""
    for name, new in (("birth_on", birth), ("sex", said.sex)):
        if new and name not in named and person.values[name] != new:
            found.append(Difference(name, person.values[name], new))
    return found


def change_row(
    actor: Actor,
    person: Standing,
    different: Difference,
    origin: Origin,
    evidence: str,
    *,
    source: str = "import",
    undoes: Any = None,
) -> dict[str, Any]:
    """One change of one value, sealed; taken before the person is changed."""
    row_id = new_id()
    old, new = sealed.seal_change(different.old, different.new, row_id)
    return {
        "id": row_id,
        "division_code": person.division_code,
        "resident_id": person.id,
        "field": different.name,
        "old_value": old,
        "new_value": new,
        "source": source,
        "evidence": evidence,
        "note": origin.ref,
        "by_name": actor.name,
        "by_account": actor.account_id,
        "at": origin.at,
        "undoes_id": undoes,
        "provenance_before": person.provenance.get(different.name),
    }


def columns_of(person: Standing) -> dict[str, Any]:
    """The columns of a person whose values were changed, as the next version."""
    values = person.values
    return {
        **{name: values.get(name, "") for name in PLAIN},
        "id": person.id,
        "sort_key": sort_key(values["name"]),
        "name_keys": search_keys(values["name"]),
        "birth_on": values["birth_on"] or None,
        "died_on": values["died_on"] or None,
        "document_kind": document_of(values["id_number"]),
        **cells(values["id_number"], values["phone"], person.division_code, person.id),
        "provenance": person.provenance,
        "version": person.version + 1,
    }
