"""The translations' keeper, on a small package of its own; and that the product's are complete."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import messages

CODE = """
from yimen.core.errors import N_
_("Take a seat")
N_("Wait %(seconds)s seconds")
ngettext("%(num)s case", "%(num)s cases", 2)
pgettext("a month", "May")
"""
PAGE = "<p>{{ _('Take a seat') }}</p>{% trans name=x %}Hello {{ name }}{% endtrans %}"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one room that speaks."""
    room = tmp_path / "yimen" / "hall"
    (room / "templates" / "hall").mkdir(parents=True)
    (room / "__init__.py").write_text(CODE)
    (room / "templates" / "hall" / "page.html").write_text(PAGE)
    return tmp_path / "yimen"


@pytest.fixture
def translate(package: Path) -> Callable[..., None]:
    """Gather, then fill in Chinese for the English given as keywords' values."""

    def fill(pairs: dict[str, str]) -> None:
        messages.gather(package)
        path = messages.catalogue_path(package, "hall")
        chinese = messages.read(package, "hall")
        chinese |= {sentence: pairs[sentence.english] for sentence in chinese if sentence.english in pairs}
        path.write_text(messages.rendered("hall", dict(sorted(chinese.items()))))

    return fill


GOOD = {
    "Take a seat": "请坐",
    "Wait %(seconds)s seconds": "请等 %(seconds)s 秒",
    "%(num)s case": "%(num)s 件",
    "May": "五月",
    "Hello %(name)s": "%(name)s，您好",
}


def test_gathering_finds_what_code_and_pages_say_and_is_stable(package: Path) -> None:
    messages.gather(package)
    first = messages.catalogue_path(package, "hall").read_text()
    assert {sentence.english for sentence in messages.read(package, "hall")} == set(GOOD)
    assert 'msgctxt "a month"' in first
    assert 'msgid_plural "%(num)s cases"' in first
    assert "page.html" not in first
    messages.gather(package)
    assert messages.catalogue_path(package, "hall").read_text() == first


def test_a_complete_catalogue_has_no_complaints_and_compiles(
    package: Path, translate: Callable[[dict[str, str]], None]
) -> None:
    translate(GOOD)
    assert messages.check(package) == []
    messages.compile_all(package)
    assert messages.catalogue_path(package, "hall").with_suffix(".mo").read_bytes().find("请坐".encode()) > 0


@pytest.mark.parametrize(
    ("english", "chinese", "complaint"),
    [
        ("Take a seat", "", "no Chinese"),
        ("Wait %(seconds)s seconds", "请等", "placeholders other than"),
        ("Hello %(name)s", "%(nome)s，您好", "placeholders other than"),
        ("Wait %(seconds)s seconds", "请等 %(seconds)s 秒 5%", "a lone %"),
    ],
)
def test_a_bad_translation_is_named(
    package: Path, translate: Callable[[dict[str, str]], None], english: str, chinese: str, complaint: str
) -> None:
    translate(GOOD | {english: chinese})
    found = messages.check(package)
    assert len(found) == 1
    assert complaint in found[0]
    assert english in found[0]


def test_a_sentence_nobody_gathered_is_named(package: Path, translate: Callable[[dict[str, str]], None]) -> None:
    translate(GOOD)
    (package / "hall" / "views.py").write_text('_("Next, please")')
    assert any("out of date" in complaint for complaint in messages.check(package))


def test_a_guess_does_not_count_as_a_translation(package: Path, translate: Callable[[dict[str, str]], None]) -> None:
    translate(GOOD)
    path = messages.catalogue_path(package, "hall")
    path.write_text(path.read_text().replace('msgid "Take a seat"', '#, fuzzy\nmsgid "Take a seat"'))
    assert any("no Chinese: 'Take a seat'" in complaint for complaint in messages.check(package))


def test_two_rooms_may_not_say_it_differently_and_gathering_shares_the_words(
    package: Path, translate: Callable[[dict[str, str]], None]
) -> None:
    translate(GOOD)
    (package / "yard").mkdir()
    (package / "yard" / "__init__.py").write_text('_("Take a seat")')
    messages.gather(package)
    assert messages.check(package) == []
    path = messages.catalogue_path(package, "yard")
    path.write_text(path.read_text().replace("请坐", "坐"))
    assert any("says '坐'" in complaint for complaint in messages.check(package))


def test_chinese_in_a_page_is_named(package: Path, translate: Callable[[dict[str, str]], None]) -> None:
    translate(GOOD)
    (package / "hall" / "templates" / "hall" / "page.html").write_text(PAGE + "\n<b>请坐</b>")
    assert messages.check(package) == [
        "yimen/hall/templates/hall/page.html:2 holds Chinese: write English and translate it."
    ]
