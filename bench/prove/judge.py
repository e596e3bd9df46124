"""Afterwards: is everything acknowledged there, once, and does everything agree with everything?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bench.prove.driver import Ledger
from bench.prove.house import House

DRAINS_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Sentences; each list is empty when all is well."""

    lost: list[str]
    doubled: list[str]
    broken: list[str]  # invariants


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood when nobody worked yet."""

    last_entry: int
    open_rows: int
    cases: int
    decided_twice: int
    last_merge: datetime | None


# What must count nothing. {since}: the last entry of the trail before the run.
INVARIANTS = {
    "a case closed with a result but no decision": """
        select count(*) from cases_case c where state = 'closed' and outcome in ('approved', 'refused', 'done')
        and not exists (select 1 from cases_decision d where d.case_id = c.id)
        and exists (select 1 from trail_entry e where e.verb = 'case.accept' and e.subject_id = c.id::text
                    and e.id > {since})""",
    "a decision on a case that is not closed": """
        select count(*) from cases_decision d join cases_case c on c.id = d.case_id
        where c.state <> 'closed' and c.reopened = 0""",
    "a case without its record of being taken": """
        select count(*) from cases_case c where c.via = 'api' and not exists (
          select 1 from trail_entry e where e.verb = 'case.accept' and e.subject_kind = 'case'
          and e.subject_id = c.id::text)""",
    "a case whose taking is on record twice": """
        select count(*) from (select subject_id from trail_entry where verb = 'case.accept' and id > {since}
        group by 1 having count(*) > 1) t""",
    "a decision on record more often than made": """
        select count(*) from (select subject_id from trail_entry where verb = 'case.decide' and id > {since}
        group by 1 having count(*) > (select count(*) from cases_decision d where d.case_id::text = subject_id)) t""",
    "a record that points to another without a live merge": """
        select count(*) from registry_resident r where merged_into_id is not null and not exists (
          select 1 from registry_merge m where m.merged_id = r.id and m.undone_at is null)""",
    "a live merge whose record does not point": """
        select count(*) from registry_merge m join registry_resident r on r.id = m.merged_id
        where m.undone_at is null and r.merged_into_id is null""",
    "two homes at once": """
        select count(*) from (select resident_id from registry_residence
        where to_on is null and kind in ('both', 'living') group by 1 having count(*) > 1) t""",
    "an event nobody has taken up": "select count(*) from trail_pending",
    "a delivery that waits or was given up": "select count(*) from trail_delivery where state <> 'done'",
    "a key without its stored answer": "select count(*) from trail_idempotency where status is null",
    "daily counts that differ from the cases": """
        select (select coalesce(sum(taken), 0) from cases_daily where length(division_code) = 12)
             - (select count(*) from cases_case)""",
    "daily closings that differ from the cases": """
        select (select coalesce(sum(closed), 0) from cases_daily where length(division_code) = 12)
             - (select count(*) from cases_case where closed_at is not null)""",
}


def look(house: House) -> Before:
    """How things stand."""
    return Before(
        house.one("select coalesce(max(id), 0) from trail_entry"),
        _open_rows(house),
        house.one("select count(*) from cases_case"),
        house.one(_DECIDED_TWICE),
        house.one("select max(at) from registry_merge"),
    )


_DECIDED_TWICE = """
select count(*) from (select case_id from cases_decision group by 1 having count(*) > 1) t
join cases_case c on c.id = t.case_id where c.reopened = 0
"""


def _open_rows(house: House) -> int:
    return int(
        house.one(
            "select (select count(*) from registry_residence where to_on is null)"
            " + (select count(*) from registry_householdmember where to_on is null)"
            " + (select count(*) from registry_trait where to_on is null)"
        )
    )


def judge(house: House, ledger: Ledger, before: Before, tend: Callable[[], None]) -> Verdict:
    """Wait until the worker has delivered everything, then compare."""
    _drain(house, tend)
    return Verdict(
        list(lost(house, ledger, before)), list(doubled(house, ledger, before)), list(broken(house, ledger, before))
    )


def broken(house: House, ledger: Ledger, before: Before) -> Iterator[str]:
    """What does not agree with the rest."""
    for what, sql in INVARIANTS.items():
        if count := house.one(sql.format(since=before.last_entry)):
            yield f"{what}: {count}"
    if house.one("select count(*) from registry_resident where name like '璩%%'"):
        return  # rosters opened more
    merged = any(acts and acts[-1] == "merge" for acts in ledger.merges.values())
    if not merged and _open_rows(house) != before.open_rows:
        yield f"open homes, memberships and traits: {_open_rows(house)} instead of {before.open_rows}"


def _drain(house: House, tend: Callable[[], None]) -> None:
    deadline = time.monotonic() + DRAINS_WITHIN
    while time.monotonic() < deadline:
        tend()
        waiting = house.one(
            "select (select count(*) from trail_pending)"
            " + (select count(*) from trail_delivery where state = 'waiting')"
            " + (select count(*) from cases_touched)"
        )
        if not waiting:
            return
        time.sleep(0.3)


def lost(house: House, ledger: Ledger, before: Before) -> Iterator[str]:
    """What was acknowledged and is not there."""
    stored = {row[0] for row in house.rows("select number from cases_case")}
    yield from (f"case {number}" for number in ledger.taken.values() if number not in stored)
    decisions = dict(
        house.rows("select c.number, d.document_no from cases_decision d join cases_case c on c.id = d.case_id")
    )
    yield from (f"decision of {n}" for n, document in ledger.decided.items() if decisions.get(n) != document)
    notes = _notes(house, before.last_entry)
    yield from (f"note {text}" for text in ledger.notes if text not in notes)
    for (keep, other), acts in ledger.merges.items():
        merged = house.rows(
            "select k.ref from registry_resident o left join registry_resident k on k.id = o.merged_into_id"
            " where o.ref = %s",
            other,
        )[0][0]
        if acts and (merged == keep) != (acts[-1] == "merge"):
            yield f"{acts[-1]} of {other} and {keep}"


def _notes(house: House, since: int) -> dict[str, int]:
    sql = """
    select note, count(*) from trail_entry where verb = 'case.note' and note like 'prove %%' and id > %s group by 1
    """
    return {str(text): int(count) for text, count in house.rows(sql, since)}


def doubled(house: House, ledger: Ledger, before: Before) -> Iterator[str]:
    """What happened more often than it was acknowledged, although everybody asked until there was an answer."""
    more = house.one("select count(*) from cases_case") - before.cases - len(ledger.taken)
    if more:
        yield f"{more} cases more than were acknowledged"
    twice = house.one(_DECIDED_TWICE) - before.decided_twice
    if twice:
        yield f"{twice} cases decided twice"
    notes = _notes(house, before.last_entry)
    yield from (f"note {text} stands {count} times" for text, count in notes.items() if count > 1)
    yield from (f"note {text} was never sent" for text in notes if text not in ledger.sent)
    for (keep, other), acts in ledger.merges.items():
        made, parted = house.rows(
            "select count(*), count(undone_at) from registry_merge m join registry_resident k on k.id = m.kept_id"
            " join registry_resident o on o.id = m.merged_id where k.ref = %s and o.ref = %s"
            " and (%s::timestamptz is null or m.at > %s)",
            *(keep, other, before.last_merge, before.last_merge),
        )[0]
        if (made, parted) != (acts.count("merge"), acts.count("part")):
            yield f"{keep} and {other}: {made} merges and {parted} partings for {acts}"
