"""Runs the real reading over a messy roster and marks it by the key. No database is needed."""

import json
from datetime import date
from pathlib import Path

from yimen.core.errors import N_, RuleBroken
from yimen.exchange.messy.writing import key_path
from yimen.exchange.reading import read
from yimen.exchange.rules.cells import Context
from yimen.exchange.rules.header import find_tables
from yimen.exchange.rules.mapping import propose
from yimen.exchange.rules.rows import parse
from yimen.exchange.rules.scoring import Score, compare


def score_file(path: Path, *, key: Path | None, today: date) -> Score:
    """The score of reading a roster, by the key beside it or another one."""
    try:
        answers = json.loads((key or key_path(path)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RuleBroken(N_("There is no key beside the roster. Name it with --key.")) from None
    with read(path, name=path.name) as workbook:
        tables, notes = find_tables(workbook)
        plan = propose(tables)
        hidden = [sheet.name for sheet in workbook.sheets if sheet.hidden]
        told = [name for name in hidden if any(note.params.get("sheet") == name for note in notes)]
        return compare(answers, plan, parse(plan, Context(today, communities=answers["communities"])), told)
