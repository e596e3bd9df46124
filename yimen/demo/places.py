"""Compounds, buildings, stairwells and doors of a community."""

from dataclasses import dataclass
from decimal import Decimal

from yimen.demo.layout import Plot, depth_of, lay_out, length_of
from yimen.demo.stream import Stream, Weighted
from yimen.demo.towns import HOME, Town
from yimen.registry.rules.rows import BuildingRow, CompoundRow, DwellingRow, PlaceRows, StairwellRow

OCCUPIED = 0.92
RENTED = 0.3
_STEMS = (
    "望溪", "听松", "枕河", "采菱", "栖霞", "映月", "临泽", "朝晖", "沁春", "怀德",
    "清荷", "锦枫", "梧桐", "云栖", "银杏", "蔷薇", "紫藤", "香樟", "明珠", "永乐",
)  # fmt: skip
CAST_COMPOUND = "广瑞一村"
_CAST_BUILDINGS = 16
_ORDER = ("一村", "二村", "三村")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of compound: floors, stairwells of a building, doors of a landing, floor areas, buildings at most."""

    floors: int
    stairwells: int
    doors: int
    area: tuple[int, int]
    buildings: tuple[int, int]
    suffixes: tuple[str, ...]


_CAST_KIND = Kind(6, 2, 4, (44, 76), (_CAST_BUILDINGS, _CAST_BUILDINGS), ())
_KINDS = Weighted(
    [
        (Kind(6, 3, 2, (44, 76), (8, 20), ("新村", "里")), 0.5),
        (Kind(18, 2, 3, (86, 128), (3, 9), ("苑", "佳苑")), 0.28),
        (Kind(11, 2, 2, (84, 140), (4, 10), ("花园", "苑")), 0.15),
        (Kind(33, 1, 4, (89, 143), (2, 5), ("佳苑", "花园")), 0.07),
    ]
)
# Houses of two floors, wall to wall, and here and there a block of flats for those whose fields were built over.
_VILLAGE_KINDS = Weighted(
    [
        (Kind(2, 3, 1, (96, 168), (24, 60), ("浜", "巷", "里", "桥", "湾")), 0.9),
        (Kind(5, 3, 2, (68, 110), (6, 14), ("新村", "苑")), 0.1),
    ]
)


@dataclass(frozen=True, slots=True)
class Door:
    """A dwelling with what people need to know of it."""

    row: DwellingRow
    building: str
    unit: str


@dataclass(slots=True)
class Places:
    """The rows of a community's places, and its doors in order."""

    rows: PlaceRows
    doors: list[Door]


def places_of(town: Town, stream: Stream) -> Places:
    """Compounds until there are doors enough for the households."""
    maker = _Maker(town, stream, round(town.households / OCCUPIED), [], [], [], [], [])
    if town.code == HOME:
        maker.compound(CAST_COMPOUND, _CAST_KIND)
    while len(maker.doors) < maker.wanted:
        kind = stream.draw(_VILLAGE_KINDS if town.is_village else _KINDS)
        maker.compound(maker.new_name(kind), kind)
    lay_out(town.code, maker.plots, stream.fork("ground"))
    rows = PlaceRows(
        compounds=maker.compounds,
        buildings=maker.buildings,
        stairwells=maker.stairwells,
        dwellings=[door.row for door in maker.doors],
    )
    return Places(rows, maker.doors)


@dataclass(slots=True)
class _Maker:
    town: Town
    stream: Stream
    wanted: int
    compounds: list[CompoundRow]
    buildings: list[BuildingRow]
    stairwells: list[StairwellRow]
    doors: list[Door]
    plots: list[list[Plot]]  # of each compound

    def new_name(self, kind: Kind) -> str:
        taken = {row.name for row in self.compounds}
        while True:
            name = self.stream.one(_STEMS) + self.stream.one(kind.suffixes)
            if name.endswith("新村") and self.stream.chance(0.5):
                name = name.removesuffix("新村") + self.stream.one(_ORDER)
            if name not in taken:
                return name

    def compound(self, name: str, kind: Kind) -> None:
        row = CompoundRow(id=self.stream.uid(), division_code=self.town.code, name=name, address=f"{name}路口")
        self.compounds.append(row)
        self.plots.append([])
        for number in range(1, self.stream.between(*kind.buildings) + 1):
            if len(self.doors) >= self.wanted:
                return
            self.building(row, number, kind)

    def building(self, compound: CompoundRow, number: int, kind: Kind) -> None:
        # One stairwell in the cast's building, so that 3-502 is one door.
        alone = compound.name == CAST_COMPOUND and number == 3
        count = 1 if alone or kind.stairwells == 1 else self.stream.between(kind.stairwells - 1, kind.stairwells + 1)
        row = BuildingRow(
            id=self.stream.uid(),
            division_code=self.town.code,
            compound_id=compound.id,
            number=str(number),
            floors=kind.floors,
        )
        self.buildings.append(row)
        push = (self.stream.uniform(-1, 1), self.stream.uniform(-1, 1))
        length = count * length_of(kind.floors, kind.doors, sum(kind.area) / 2)
        self.plots[-1].append(Plot(row, length, depth_of(kind.floors), push))
        for unit in range(1, count + 1):
            if len(self.doors) >= self.wanted:
                return
            stairwell = StairwellRow(
                id=self.stream.uid(), division_code=self.town.code, building_id=row.id, number=str(unit)
            )
            self.stairwells.append(stairwell)
            where = f"{compound.name} {number} 号楼" + (f" {unit} 单元" if count > 1 else "")
            self.landings(stairwell, where, str(number), kind)

    def landings(self, stairwell: StairwellRow, where: str, building: str, kind: Kind) -> None:
        areas = [self.stream.between(kind.area[0] * 10, kind.area[1] * 10) for _ in range(kind.doors)]
        for floor in range(1, kind.floors + 1):
            for door in range(1, kind.doors + 1):
                room = f"{floor}{door:02d}"
                row = DwellingRow(
                    id=self.stream.uid(),
                    ref=self.stream.ref(),
                    division_code=self.town.code,
                    stairwell_id=stairwell.id,
                    floor=floor,
                    room=room,
                    address=f"{where} {room}",
                    area=Decimal(areas[door - 1]).scaleb(-1),
                    is_rented=self.stream.chance(RENTED),
                )
                self.doors.append(Door(row, building, stairwell.number))
