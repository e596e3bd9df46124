"""The life of an import: who may bring in what, in which order rows are applied, how long it can be undone."""

from collections.abc import Mapping
from datetime import timedelta

from yimen.core.actor import Role
from yimen.core.errors import N_
from yimen.exchange.rules.fields import Kind
from yimen.registry.rules.roster import REASONS as REGISTER_REASONS

UNDO_WITHIN = timedelta(days=7)
BATCH = 500  # rows of one transaction
JUDGED = 1000  # rows looked up together
SURE = 0.75  # a column less sure than this is shown to a person first

NEW, CHANGED, SAME, FIXABLE, REFUSED = TABS = ("new", "changed", "same", "fixable", "refused")
CELLS = "cells"  # rows that are taken without a cell that cannot be right: some of those of the other tabs
TAB_WORDS: Mapping[str, str] = {
    NEW: N_("New"),
    CHANGED: N_("Changed"),
    SAME: N_("The same"),
    FIXABLE: N_("Fixable"),
    REFUSED: N_("Refused"),
    CELLS: N_("Cells left out"),
}
STATE_WORDS: Mapping[str, str] = {
    "uploaded": N_("Waiting to be read"),
    "mapping": N_("Columns to be confirmed"),
    "reading": N_("Being read"),
    "ready": N_("Preview ready"),
    "applying": N_("Being applied"),
    "applied": N_("Applied"),
    "undoing": N_("Being undone"),
    "undone": N_("Undone"),
    "refused": N_("Not taken in"),
    "dropped": N_("Thrown away"),  # refused by whoever brought it
}
DROPPED = N_("Thrown away before it was applied. Nothing was written.")
IDLE_AFTER = timedelta(seconds=10)  # without a worker at it before it is said that nobody is
WORKING = ("uploaded", "reading", "applying", "undoing")

_PEOPLE = frozenset(Kind) - {Kind.STAFF}
KINDS: Mapping[Role, frozenset[Kind]] = {
    Role.HEAD: _PEOPLE,
    Role.STREET: _PEOPLE,
    Role.DEPT: frozenset({Kind.TRAITS, Kind.RESIDENTS}),
    Role.SYSADMIN: frozenset({Kind.STAFF}),
}
TURN: Mapping[Kind, int] = {
    Kind.BUILDINGS: 1,
    Kind.DWELLINGS: 2,
    Kind.RESIDENTS: 3,  # heads of households; everybody else one later
    Kind.HOUSEHOLDS: 5,
    Kind.TRAITS: 6,
    Kind.STAFF: 7,
}
# Which system's traits a department keeps [proposed]; one that is not named brings in none.
HOLDERS: Mapping[str, frozenset[str]] = {
    "MZJ": frozenset({"CIV"}),
    "LLB": frozenset({"CIV"}),
    "YF": frozenset({"CIV"}),
    "CL": frozenset({"DIS"}),
    "RS": frozenset({"LSS"}),
    "YB": frozenset({"LSS"}),
    "RY": frozenset({"LSS"}),
    "JSW": frozenset({"FPL"}),
    "WS": frozenset({"FPL"}),
    "ZYZ": frozenset({"VOL"}),
    "GA": frozenset({"POP"}),
}
EVIDENCE_OF: Mapping[Role, str] = {Role.DEPT: "matched"}  # everybody else: a document was seen


NEW_DOOR = "door:new_door"  # the fix that adds places; decided apart from all others
LONE_DOOR = "door:lone_door"  # adds a door that may be a slip; decided apart from that too
PLACES_APART = (NEW_DOOR, LONE_DOOR)


def place_of(kind: Kind, *, is_head: bool, table: int, line: int) -> int:
    """The order in which a row is applied: places before people, heads before members, then as in the file."""
    turn = TURN[kind] + (kind is Kind.RESIDENTS and not is_head)
    return (turn * _TABLES + table) * _LINES + line


def table_of(place: int) -> int:
    """The table of a row, by its place."""
    return place // _LINES % _TABLES


def key_in_file(table: int, line: int) -> int:
    """The order of a row in its file, as one number; `from_key` takes it apart."""
    return table * _LINES + line


def from_key(key: int) -> tuple[int, int]:
    """Table and line."""
    return divmod(key, _LINES)


_LINES, _TABLES = 10_000_000, 1_000


REASONS: Mapping[str, str] = {
    **REGISTER_REASONS,
    "undecided": N_("Nobody decided on the proposed fix, so the row was left out."),
    "declined": N_("The proposed fix was declined, so the row is left out."),
    "left_out": N_("You left this row out."),
    "other_kind": N_("Your post does not bring in rows of this kind. Ask the post that does."),
    "no_community": N_("The row names no community. Add the column, or choose the community at the upload."),
    "community_elsewhere": N_("This community is not yours. Its own station imports the row."),
    "other_line": N_("Another department keeps the trait “%(trait)s”. Leave it to them, or ask the station."),
    "no_trait": N_(
        "The row names no trait, and a department brings in nothing else. Say it in a column such as “%(word)s”, or "
        "choose the column that says it under “Change the columns” before you apply."
    ),
    "no_compound": N_("The community has several compounds. Choose one for the whole roster, or add a column for it."),
    "no_building": N_("The row names no building. Add its number."),
    "no_room": N_("The row names no door. Add building, stairwell and room, or a door such as 3-2-502."),
    "no_head": N_(
        "The head is not on record at this door. Import the roster of residents first, or give name and identity "
        "number of the head in the row."
    ),
    "head_elsewhere": N_(
        "On record the head lives at %(door)s. Import the roster of residents first, so that the head moves, or "
        "correct the door."
    ),
    "no_login": N_("The row has no staff number. Add it: it becomes the sign-in name."),
    "login_taken": N_("This sign-in name belongs to %(name)s. Choose another staff number."),
}


def state_words(state: str, problem: Mapping[str, object]) -> str:
    """The state of an import in words; one that somebody threw away was not refused."""
    return STATE_WORDS["dropped" if problem.get("message") == DROPPED else state]


def possible_duplicate() -> str:
    """What is said of a new person who is perhaps on record already."""
    return N_("Perhaps the same person as %(who)s, who is on record. Nothing is merged by itself.")
