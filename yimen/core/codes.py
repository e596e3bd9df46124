"""National and local code lists, read once from their files: `code_list("sex_gbt2261_1")["1"].en`."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

# The files are kept with the registry, which owns the facts they describe.
_FILES = Path(__file__).resolve().parents[1] / "registry" / "codes"


class Code(NamedTuple):
    """The meaning of one code in both languages."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The meaning in a language such as "zh-hans" or "en"."""
        return self.zh if language.startswith("zh") else self.en


@cache
def code_lists() -> tuple[str, ...]:
    """The names of all code lists."""
    return tuple(sorted(path.stem for path in _FILES.glob("*.csv")))


@cache
def code_list(name: str) -> Mapping[str, Code]:
    """A code list in the order of its standard; codes are text and keep their zeros. KeyError if unknown."""
    if name not in code_lists():
        raise KeyError(name)
    with (_FILES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return MappingProxyType({row["code"]: Code(row["zh"], row["en"]) for row in csv.DictReader(file)})


def code_label(name: str, code: str | None, language: str) -> str:
    """The meaning of a code in a language; a code not in the list is shown as it stands, none as ""."""
    if not code:
        return ""
    known = code_list(name).get(code)
    return known.within(language) if known else code
