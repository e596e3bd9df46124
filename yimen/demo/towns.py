"""The communities that are built, and where each stands among those of the city."""

from dataclasses import dataclass
from functools import cache

from yimen.demo.stream import Stream
from yimen.orgs.actions.loading import shipped_divisions

STREET = "320213025"  # 广益街道
HOME = "320213025001"  # 广瑞一村: the fixed cast works here
NEXT_STREET = "320213024"  # 北大街街道: where `nextdoor` works
_HOUSEHOLDS = 2_687_898  # family households of the city (census 2020) ...
_HOUSEHOLDS_2010 = 2_284_730  # ... and of ten years before: 6,374,399 residents in households of 2.79
SCALES = ("community", "street", "city2010", "city")
_SMALL_HOUSEHOLDS = 60
_NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Town:
    """One community to build: its code, spoken name, place among those of the city, and how many households."""

    code: str
    name: str
    ordinal: int  # in the city
    rank: int  # in the district: keeps the case numbers of communities apart
    households: int
    is_village: bool  # a villagers' committee: low houses instead of blocks
    letters: str

    @property
    def street(self) -> str:
        return self.code[:9]

    @property
    def stem(self) -> str:
        """The name without 社区."""
        return self.name.removesuffix("社区")


def towns(seed: str, scale: str) -> list[Town]:
    """The communities of a scale, in order of code; a few neighbours are built small.

    Scales: "community" (one, and one neighbour), "street" (25, and three neighbours), "city" (all 1,242), and
    "city2010" (all, with the households of the census of 2010, when the pilot began). ValueError for another.
    """
    if scale not in SCALES:
        raise ValueError(f"Unknown scale {scale!r}: use {', '.join(SCALES[:-1])} or {SCALES[-1]}.")
    if scale.startswith("city"):
        return [town(seed, row["code"], then=scale == "city2010") for row in _communities()]
    codes = [row["code"] for row in _communities()]
    full = [HOME] if scale == "community" else [code for code in codes if code.startswith(STREET)]
    small = [code for code in codes if code.startswith(NEXT_STREET)][: 1 if scale == "community" else _NEIGHBOURS]
    return [town(seed, code) for code in full] + [town(seed, code, small=True) for code in small]


def town(seed: str, code: str, *, small: bool = False, then: bool = False) -> Town:
    """One community by its code; `then`, as it was in 2010. KeyError when no such community has residents."""
    place = _places()[code]
    row = _communities()[place]
    size = _SMALL_HOUSEHOLDS
    if not small:
        mean = (_HOUSEHOLDS_2010 if then else _HOUSEHOLDS) / len(_communities())
        size = round(mean * Stream(f"{seed}/{code}/size").uniform(0.9, 1.1))
    rank = place - _first_places()[code[:6]]
    village = row["unit_type"] == "村委会"
    return Town(code, row["short_name"], place, rank, size, village, _letters()[code[:6]])


def somewhere_else(stream: Stream, code: str) -> tuple[str, str]:
    """Another community of the city and an address in it: mostly in the same district."""
    near = stream.chance(0.6)
    rows = _communities()
    while True:
        row = rows[(_places()[code] + stream.between(-60, 60)) % len(rows)] if near else stream.one(rows)
        if row["code"] != code and (not near or row["code"][:6] == code[:6]):
            stem = row["short_name"].removesuffix("社区")
            door = f"{stream.between(1, 60)} 号楼 {stream.between(1, 6)}0{stream.between(1, 4)}"
            return row["code"], f"{stem} {door}"


@cache
def _communities() -> list[dict[str, str]]:
    rows = (row for row in shipped_divisions() if row["level"] == "community")
    return sorted((row for row in rows if row["is_virtual"] == "0" and not row["to_on"]), key=lambda row: row["code"])


@cache
def _places() -> dict[str, int]:
    return {row["code"]: place for place, row in enumerate(_communities())}


@cache
def _first_places() -> dict[str, int]:
    """The first place of each district."""
    return {row["code"][:6]: place for place, row in reversed(list(enumerate(_communities())))}


@cache
def _letters() -> dict[str, str]:
    return {row["code"]: row["letters"] for row in shipped_divisions() if row["level"] == "district"}
