"""The first day of a real city: what it starts with, and the three people who let everybody else in."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from django.db import transaction

from yimen.access import actions as access
from yimen.access import queries
from yimen.access.actions import Newcomer
from yimen.catalogue import actions as catalogue
from yimen.core.actor import ADMIN_ROLES, SYSTEM, Role
from yimen.core.clock import now
from yimen.core.keyring import CipherError
from yimen.orgs import actions as orgs
from yimen.site import fitness
from yimen.site.cli.surroundings import Refusal
from yimen.site.first_keys import begin_keys
from yimen.site.postgres import home

CITY = "3202"  # whose divisions, calendar and matters come with the product
OPTIONS = {Role.SYSADMIN: "system", Role.SECURITY: "security", Role.AUDITOR: "audit"}


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """All of it or nothing; what is not given as an option is asked. The passwords are printed once, to stdout."""
    for option in OPTIONS.values():
        parser.add_argument(f"--{option}-name", metavar="NAME", help=f"the {option} administrator, as on the ID card")
        parser.add_argument(f"--{option}-username", metavar="LOGIN", help="and what they sign in with")
    options = parser.parse_args(rest)
    _refuse_unready()
    people = {role: _newcomer(options, option) for role, option in OPTIONS.items()}
    key_file = os.environ.get("YIMEN_KEY_FILE") or str(home() / "keys.json")
    try:
        begin_keys(key_file)
    except (CipherError, OSError) as error:
        raise Refusal(str(error)) from None
    given, stations = _set_up(people)
    print(f"The city stands: divisions, posts, departments, norms, calendars, matters and {stations:,} stations.")
    print("Hand each their password in person. It opens nothing but the choice of another, and is not shown again.")
    for role in ADMIN_ROLES:
        print(f"  {OPTIONS[role]:<9} {people[role].name}  {people[role].username}  {given[role]}")
    print(f"The keys are in {key_file}. Copy it to a safe now: without it nobody can read what is sealed.")
    print("What comes next: docs/operations.md, The first ten minutes.")
    return 0


def _refuse_unready() -> None:
    if os.environ.get("YIMEN_DEMO") == "1":
        raise Refusal(
            "This is the demonstration, with accounts of its own. Unset YIMEN_DEMO, and name another database."
        )
    try:
        fitness.migrations()
    except fitness.Unfit as error:
        raise Refusal(str(error)) from None
    if queries.has_accounts():
        raise Refusal("This database has accounts already. Their administrators create the others under Accounts.")


def _newcomer(options: Namespace, option: str) -> Newcomer:
    said = []
    for part, question in (("name", "name"), ("username", "sign-in name")):
        text = getattr(options, f"{option}_{part}")
        if text is None:
            try:
                text = input(f"{option.capitalize()} administrator, {question}: ")
            except EOFError:
                raise Refusal(f"Nobody is there to be asked. Give --{option}-{part}.") from None
        said.append(text.strip())
    return Newcomer(*said)


@transaction.atomic
def _set_up(people: Mapping[Role, Newcomer]) -> tuple[dict[Role, str], int]:
    """The passwords by role, and how many stations there are."""
    at = now()
    orgs.load_house(SYSTEM, at=at)
    stations = orgs.load_stations(SYSTEM, rows=orgs.station_rows(CITY), at=at)
    catalogue.load_default_catalogue(SYSTEM, at=at)
    return access.appoint_first(SYSTEM, people=people, division_code=CITY, at=at), stations
