"""Translations: `gather` new sentences into each room's catalogue, `compile` them, `check` that none is missing.

English is written in the code; Chinese stands in yimen/<room>/locale/zh_Hans/LC_MESSAGES/django.po, sorted by
sentence and without line numbers or dates, so that two people's additions merge.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "yimen"
LANGUAGE = "zh_Hans"
HEADER = """# Chinese of the {room} room.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
JINJA = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
PLACE = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
LONE_PERCENT = re.compile(r"(?<!%)%(?!%|\(\w+\)[a-z])")


def main(arguments: list[str]) -> int:
    """One of the three verbs; `check` returns how many complaints it printed."""
    verbs = {"gather": gather, "compile": compile_all, "check": check}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=verbs)
    complaints = verbs[parser.parse_args(arguments).verb](PACKAGE)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def gather(package: Path) -> list[str]:
    """Rewrite every catalogue: what the room says now, in Chinese where any room already has the words."""
    old = {room: read(package, room) for room in rooms(package)}
    waiting = []
    for room in old:
        path = catalogue_path(package, room)
        chinese = gathered(package, room, old)
        if not chinese:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(room, chinese))
        waiting += [f"  {room}: {sentence.english}" for sentence, words in chinese.items() if not words]
    print(*waiting, f"{len(waiting)} sentences wait for their Chinese.", sep="\n")
    return []


def compile_all(package: Path) -> list[str]:
    """Write the django.mo beside every django.po."""
    for room in rooms(package):
        path = catalogue_path(package, room)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as compiled, path.open("rb") as written:
                write_mo(compiled, read_po(written, locale=LANGUAGE))
    return []


def check(package: Path) -> list[str]:
    """Everything that would reach a reader untranslated, wrongly filled in, or in two wordings."""
    old = {room: read(package, room) for room in rooms(package)}
    complaints: list[str] = []
    first: dict[Sentence, tuple[str, str]] = {}
    for room in old:
        path = catalogue_path(package, room)
        chinese = gathered(package, room, old)
        if (path.read_text() if path.exists() else "") != (rendered(room, chinese) if chinese else ""):
            complaints.append(f"{path.relative_to(package.parent)} is out of date: run `make messages`.")
        for sentence, words in chinese.items():
            complaints += [f"{room}: {fault}: {sentence.english!r}" for fault in faults(sentence, words)]
            other, elsewhere = first.setdefault(sentence, (room, words))
            if elsewhere != words:
                complaints.append(f"{room} says {words!r}, {other} says {elsewhere!r}: {sentence.english!r}")
    return complaints + han_in_templates(package)


def faults(sentence: "Sentence", words: str) -> Iterator[str]:
    """What is wrong with one translation."""
    places = {place for source in (sentence.english, sentence.plural) for place in PLACE.findall(source)}
    if not words:
        yield "no Chinese"
    elif set(PLACE.findall(words)) != places:
        yield f"placeholders other than {sorted(places)}"
    if places and any(LONE_PERCENT.search(text) for text in (words, sentence.english, sentence.plural)):
        yield "a lone % (write %%)"


def han_in_templates(package: Path) -> list[str]:
    """Chinese belongs into the catalogues: a template that holds it cannot be read in English."""
    return [
        f"{path.relative_to(package.parent)}:{number} holds Chinese: write English and translate it."
        for path in sorted(package.glob("*/templates/**/*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if HAN.search(line)
    ]


def gathered(package: Path, room: str, old: dict[str, dict["Sentence", str]]) -> dict["Sentence", str]:
    """The room's sentences of today with the Chinese of the room itself, or of another room."""
    found = {}
    for sentence in sorted(set(extracted(package / room))):
        known = (catalogue[sentence] for catalogue in (old[room], *old.values()) if catalogue.get(sentence))
        found[sentence] = next(known, "")
    return found


class Sentence(NamedTuple):
    """What the code says, and in which sense where one word has several."""

    english: str
    plural: str
    context: str

    @classmethod
    def of(cls, identity: str | tuple[str, ...] | list[str], context: str | None) -> "Sentence":
        """From the forms babel gives: one text, or singular and plural."""
        texts = (identity,) if isinstance(identity, str) else tuple(identity)
        return cls(texts[0], texts[1] if len(texts) > 1 else "", context or "")


def extracted(room: Path) -> Iterator[Sentence]:
    """Every marked sentence of a room's Python and templates."""
    sources: list[tuple[str, Path, dict[str, str]]] = [("python", path, {}) for path in room.rglob("*.py")]
    sources += [("jinja2", path, JINJA) for path in (room / "templates").rglob("*.html")]
    for method, path, options in sources:
        for _line, message, _comments, context in extract_from_file(method, path, KEYWORDS, options=options):
            yield Sentence.of(message, context)


def read(package: Path, room: str) -> dict[Sentence, str]:
    """The room's catalogue as it stands; a guess marked fuzzy counts as no translation."""
    path = catalogue_path(package, room)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale=LANGUAGE)
    return {
        Sentence.of(message.id, message.context): "" if message.fuzzy else words_of(message)
        for message in catalog
        if message.id
    }


def words_of(message: Message) -> str:
    """Chinese has one form for every number."""
    return message.string if isinstance(message.string, str) else str((message.string or ("",))[0])


def rendered(room: str, chinese: dict[Sentence, str]) -> str:
    """The text of a catalogue."""
    catalog = Catalog(locale=LANGUAGE)
    for sentence, words in chinese.items():
        if sentence.plural:
            catalog.add((sentence.english, sentence.plural), (words,), context=sentence.context or None)
        else:
            catalog.add(sentence.english, words, context=sentence.context or None)
    text = io.BytesIO()
    write_po(text, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return HEADER.format(room=room) + text.getvalue().decode().strip() + "\n"


def catalogue_path(package: Path, room: str) -> Path:
    """Where a room's Chinese stands."""
    return package / room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def rooms(package: Path) -> list[str]:
    """Every room, by name."""
    return sorted(path.parent.name for path in package.glob("*/__init__.py"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
