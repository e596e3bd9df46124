"""What the child writes: one file of lines for each sheet, counted against the limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.core.files import confined
from yimen.core.files.confined import Refused
from yimen.exchange.reading.lines import encode
from yimen.exchange.rules.sheets import Cell, Row, Span


@dataclass(frozen=True)
class Limits(confined.Limits):
    """What one roster may cost. 100,000 rows of 30 columns unpack to 150 MB."""

    rows: int = 200_000  # that hold something, in all sheets
    columns: int = 256
    cell_length: int = 2_000  # characters; longer texts are cut


@dataclass
class Output:
    """Takes sheets one after the other."""

    folder: Path
    limits: Limits
    sheets: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    encoding: str = ""
    rows: int = 0

    def note(self, message: str, **params: str) -> None:
        """Tell the person something about the file; once."""
        if (message, params) not in self.notes:
            self.notes.append((message, params))

    def add(self, name: str, rows: Iterable[Row], *, hidden: bool = False, merges: Sequence[Span] = ()) -> None:
        """Write one sheet; empty rows and trailing empty cells are left out."""
        count = 0
        with (self.folder / f"{len(self.sheets)}.jsonl").open("w", encoding="utf-8", errors="replace") as file:
            for row in rows:
                cells = self._trimmed(row.cells)
                if cells:
                    count += 1
                    self._count()
                    file.write(encode(row.number, cells) + "\n")
        self.sheets.append({"name": name[:100], "hidden": hidden, "merges": [*merges], "rows": count})

    def _trimmed(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        end = len(cells)
        while end and _is_blank(cells[end - 1]):
            end -= 1
        if end > self.limits.columns:
            raise too_wide(self.limits)
        return [self._cut(cell) for cell in cells[:end]]

    def _cut(self, cell: Cell) -> Cell:
        if isinstance(cell.value, str) and len(cell.value) > self.limits.cell_length:
            return cell._replace(value=cell.value[: self.limits.cell_length])
        return cell

    def _count(self) -> None:
        self.rows += 1
        if self.rows > self.limits.rows:
            raise Refused(
                N_("The file has more than %(limit)s rows. Split it into smaller files."), limit=str(self.limits.rows)
            )

    def answer(self) -> dict[str, Any]:
        """What the parent needs to find the rows again."""
        return {"sheets": self.sheets, "notes": self.notes, "encoding": self.encoding}


def too_wide(limits: Limits) -> Refused:
    """The refusal of a sheet with too many columns."""
    return Refused(
        N_("A sheet has more than %(limit)s columns. Delete those that do not belong to the roster."),
        limit=str(limits.columns),
    )


def _is_blank(cell: Cell) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())
