"""Rows about colleagues: an account each, without a post."""

import re
from collections.abc import Sequence

from yimen.access.actions.roster import AccountSaid, AccountStanding, accounts_named
from yimen.core.actor import Role
from yimen.exchange.actions.run import Row, Run, settle
from yimen.exchange.rules.imports import REFUSED
from yimen.exchange.rules.rows import StaffRecord
from yimen.registry.rules.roster import CHANGED, NEW, SAME, Difference, Judged, refuse


def judge_staff(run: Run, rows: Sequence[Row]) -> None:
    """Give rows about colleagues their verdict."""
    mine: list[tuple[Row, AccountSaid]] = []
    for row in rows:
        found = account_of(run, row)
        if isinstance(found, Judged):
            settle(row, found)
        elif found is not None:
            mine.append((row, found))
    standing = accounts_named([said.username for _row, said in mine]) if mine else {}
    for row, said in mine:
        first = run.logins.setdefault(said.username, row.line)
        one = refuse("twice", row=str(first)) if first != row.line else judge_one(said, standing.get(said.username))
        settle(row, one)


def judge_one(said: AccountSaid, standing: AccountStanding | None) -> Judged:
    """What would become of one colleague."""
    if standing is None:
        return Judged(NEW)
    if standing.name != said.name or not standing.is_active:
        return refuse("login_taken", name=standing.name)
    if said.phone and said.phone != standing.phone:
        return Judged(CHANGED, (Difference("office_phone", standing.phone, said.phone),))
    return Judged(SAME)


def account_of(run: Run, row: Row) -> AccountSaid | Judged | None:
    """What a row says of a colleague, why it cannot be taken, or None when it is not about one."""
    record = next((one for one in row.body.records if isinstance(one, StaffRecord)), None)
    if record is None or row.verdict == REFUSED:
        return None
    if run.actor.role is not Role.SYSADMIN:
        return refuse("other_kind")
    username = re.sub(r"[^0-9a-z._-]", "", record.staff_number.lower())[:40]
    if not username:
        return refuse("no_login")
    return AccountSaid(row.place, username, record.name, record.office_phone)
