"""What boards and cards are to say, where they hang and lie, and which are to be replaced."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from yimen.access import queries as access
from yimen.core.clock import local
from yimen.orgs import queries as orgs
from yimen.patches.queries.ground import Place, ground_of
from yimen.patches.queries.placing import division_on
from yimen.patches.queries.standing import Person, Standing, patches_at
from yimen.patches.rules.signs import Drawn, Spot, plan_of, spans


@dataclass(frozen=True, slots=True)
class Sign:
    """One stairwell: what its board should say, and what hangs there. `cards` doors hold a card of officer and
    deputy of today, `old_cards` one that names somebody else."""

    place: Place
    label: str
    posted_on: date | None
    is_due: bool
    doors: int
    cards: int
    old_cards: int


@dataclass(frozen=True, slots=True)
class PatchSigns:
    """A patch with its stairwells in order of walking, and the words its boards and cards share."""

    standing: Standing
    where: str  # "12–16 号楼"
    a_phone: str
    b_phone: str
    has_photo: bool
    signs: Sequence[Sign]
    plan: Sequence[Drawn] = field(default_factory=tuple)

    @property
    def boards_due(self) -> int:
        """Boards that are missing or name somebody else."""
        return sum(sign.is_due for sign in self.signs)

    @property
    def cards_due(self) -> int:
        """Households without a card, or with one that names somebody else."""
        return sum(max(0, sign.place.households - sign.cards) for sign in self.signs)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that stand on every board of a community, "" where none is set."""

    hotline: str
    supervision: str
    street: str
    hall: str


_BOARDS = """
select stairwell_id, patch_id, account_id, deputy_id, posted_on from patches_board
where division_code = %s and removed_on is null
"""
_CARDS = """
select d.stairwell_id, c.patch_id, c.account_id, c.deputy_id, count(*)
from patches_card c join registry_dwelling d on d.id = c.dwelling_id
where c.division_code = %s and c.replaced_on is null group by 1, 2, 3, 4
"""
_PHOTOS = "select account_id from patches_portrait where account_id = any(%s)"


def signs_of(division_code: str, *, at: datetime) -> list[PatchSigns]:
    """Every patch of a community with its boards and cards, by number."""
    standing = patches_at(division_code, at=at)
    ground, lies = ground_of(division_code, at=at), division_on(division_code, on=local(at).date())
    named = _compounds(ground.places)
    people = {one.account_id for patch in standing for one in (patch.a, patch.b) if one is not None}
    phones = access.phones_of(people)
    boards, cards, photos = _registers(division_code, people)
    by_patch: dict[int, list[Place]] = defaultdict(list)
    for place in ground.places:
        by_patch[lies.get(place.id, 0)].append(place)
    found = []
    for patch in standing:
        own = by_patch[patch.number]
        found.append(
            PatchSigns(
                patch,
                where_words(own),
                _phone(patch.a, phones),
                _phone(patch.b, phones),
                patch.a is not None and patch.a.account_id in photos,
                [_sign(patch, place, named, boards, cards) for place in own],
                plan_of(_spots(ground.places, own)),
            )
        )
    return found


def _phone(person: Person | None, phones: Mapping[UUID, str]) -> str:
    return phones.get(person.account_id, "") if person is not None else ""


Named = tuple[UUID, UUID | None, UUID | None]  # the patch, its officer, the deputy
Boards = Mapping[UUID, tuple[Named, date]]
Cards = Mapping[UUID, Mapping[Named, int]]


def _registers(division_code: str, people: set[UUID]) -> tuple[Boards, Cards, set[UUID]]:
    cards: dict[UUID, dict[Named, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_BOARDS, (division_code,))
        boards = {
            well: ((patch, account, deputy), posted) for well, patch, account, deputy, posted in cursor.fetchall()
        }
        cursor.execute(_CARDS, (division_code,))
        for well, patch, account, deputy, count in cursor.fetchall():
            cards[well][patch, account, deputy] = count
        cursor.execute(_PHOTOS, (list(people),))
        photos = {row[0] for row in cursor.fetchall()}
    return boards, cards, photos


def _sign(patch: Standing, place: Place, named: bool, boards: Boards, cards: Cards) -> Sign:
    wanted = (patch.id, *patch.named)
    hangs = boards.get(place.id)
    held = cards.get(place.id, {})
    right = held.get(wanted, 0)
    return Sign(
        place,
        well_label(place, named=named),
        hangs[1] if hangs else None,
        hangs is None or hangs[0] != wanted,
        place.doors,
        right,
        sum(held.values()) - right,
    )


def _compounds(places: Sequence[Place]) -> bool:
    """Whether a community has more than one compound, so that buildings are named with theirs."""
    return len({place.compound_id for place in places}) > 1


def well_label(place: Place, *, named: bool) -> str:
    """A stairwell in words."""
    building = _("Building %(number)s") % {"number": place.building}
    words = _("%(building)s, stairwell %(number)s") % {"building": building, "number": place.number}
    return _("%(compound)s %(place)s") % {"compound": place.compound, "place": words} if named else words


def where_words(places: Sequence[Place]) -> str:
    """The buildings of a patch in few words, compound by compound."""
    by_compound: dict[str, list[str]] = defaultdict(list)
    for place in places:
        by_compound[place.compound].append(place.building)
    parts = [
        _("%(compound)s, buildings %(numbers)s") % {"compound": name, "numbers": spans(numbers, joint=_(", "))}
        for name, numbers in by_compound.items()
    ]
    return _("; ").join(parts)


def _spots(places: Sequence[Place], own: Sequence[Place]) -> list[Spot]:
    mine = {place.building_id for place in own}
    seen: dict[UUID, Spot] = {}
    for place in places:
        if place.building_id not in seen:
            is_own = place.building_id in mine
            seen[place.building_id] = Spot(
                str(place.building_id), place.building, place.longitude, place.latitude, is_own
            )
    return list(seen.values())


def numbers_of(division_code: str, *, at: datetime) -> Numbers:
    """The numbers of the levels above and of the hall."""
    above, station = orgs.phones_above(division_code), orgs.station(division_code, at=at)
    return Numbers(
        above["city"], above["street"], orgs.division_name(division_code[:9]), station.phone if station else ""
    )


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A PDF that was asked for, without its bytes."""

    ref: str
    kind: str
    paper: str
    state: str
    done: int
    pages: int
    at: datetime
    by_name: str
    patch_number: int | None

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done // self.pages if self.pages else 0

    @property
    def is_working(self) -> bool:
        """Whether the worker has not finished it."""
        return self.state == "waiting"


_PRINT = """
select t.ref, t.kind, t.paper, t.state, t.done, t.pages, t.at, t.by_name, p.number
from patches_print t left join patches_patch p on p.id = t.patch_id where t.division_code = %s
"""


def prints_of(division_code: str) -> list[PrintRow]:
    """The last PDFs of a community, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_PRINT} order by t.at desc limit 8", (division_code,))
        return [PrintRow(*row) for row in cursor.fetchall()]


def print_of(division_code: str, ref: str) -> PrintRow | None:
    """One of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_PRINT} and t.ref = %s", (division_code, ref))
        row = cursor.fetchone()
    return PrintRow(*row) if row else None


def print_file(division_code: str, ref: str) -> bytes | None:
    """The PDF, once it is there."""
    with connection.cursor() as cursor:
        cursor.execute("select file from patches_print where division_code = %s and ref = %s", (division_code, ref))
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def photo_of(account_id: UUID) -> bytes | None:
    """An officer's photo, JPEG."""
    with connection.cursor() as cursor:
        cursor.execute("select image from patches_portrait where account_id = %s", (account_id,))
        row = cursor.fetchone()
    return bytes(row[0]) if row else None
