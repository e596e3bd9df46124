"""People and places by the sheet: judged against the register, written in bulk, and taken back."""

from yimen.registry.actions.roster.households import (
    WrittenHousehold,
    judge_households,
    take_back_households,
    write_households,
)
from yimen.registry.actions.roster.judging import judge
from yimen.registry.actions.roster.places import Places, judge_places, take_back_places, write_places
from yimen.registry.actions.roster.undoing import Kept, Left, origin_of, take_back
from yimen.registry.actions.roster.writing import Written, write_people

__all__ = [
    "Kept",
    "Left",
    "Places",
    "Written",
    "WrittenHousehold",
    "judge",
    "judge_households",
    "judge_places",
    "origin_of",
    "take_back",
    "take_back_households",
    "take_back_places",
    "write_households",
    "write_people",
    "write_places",
]
