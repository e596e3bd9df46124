"""Fresh numbers from sequences, so that nobody waits for anybody."""

import secrets
from datetime import date

from django.db import connection

from yimen.cases.rules import case_number, complaint_number, decision_number, secret_of
from yimen.orgs import queries as orgs


def _next(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(%s)", (sequence,))
        return int(cursor.fetchone()[0])


def next_case_number(division_code: str, day: date) -> str:
    """A number nobody has, for a case taken in this division on this day."""
    return case_number(orgs.district_letters(division_code), day, _next("cases_number"))


def case_numbers(division_code: str, day: date, count: int) -> list[str]:
    """As many numbers at once, in order."""
    letters = orgs.district_letters(division_code)
    with connection.cursor() as cursor:
        cursor.execute("select nextval('cases_number') from generate_series(1, %s)", (count,))
        return [case_number(letters, day, int(n)) for (n,) in cursor.fetchall()]


def next_decision_number(division_code: str, day: date) -> str:
    """A number for a result document."""
    return decision_number(orgs.district_letters(division_code), day, _next("cases_decision_number"))


def next_complaint_number(division_code: str, day: date) -> str:
    """A number for a complaint or a call-back."""
    return complaint_number(orgs.district_letters(division_code), day, _next("cases_number"))


def fresh_secret() -> str:
    """A second secret nobody can guess."""
    return secret_of(secrets.randbits(64))
