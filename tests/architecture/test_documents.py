"""What is written beside the code: links lead somewhere, settings are told, and a wheel carries what the rooms read."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PRODUCT, ROOT, modules, words

PAGES = [
    page
    for pattern in ("*.md", "docs/**/*.md", "yimen/**/*.md", "tests/**/*.md", "bench/**/*.md")
    for page in sorted(ROOT.glob(pattern))
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"YIMEN_[A-Z_]+|DATABASE_URL")
# Read when a wheel is made, never by what is installed.
SOURCES = re.compile(r"\.pyc?$|\.po$|^site/assets/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in links if not (page.parent / link.split("#")[0]).exists()] == []


def test_the_page_of_operations_names_every_setting_and_no_other() -> None:
    read = {word for tree in modules().values() for word in words(tree) if SETTING.fullmatch(word)}
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert {name for name, _default, _meaning in rows} == read
    assert [name for name, default, meaning in rows if not default or not meaning] == []


def test_a_wheel_carries_every_file_that_the_rooms_read() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    carried = {path for folder in _folders() for pattern in patterns for path in folder.glob(pattern)}
    files = {path for path in PRODUCT.rglob("*") if path.is_file() and not _stays(path)}
    assert len(files) > 150
    assert files - carried == set()


def _folders() -> Iterator[Path]:
    """Every package, and every folder of data: setuptools takes both for packages."""
    yield PRODUCT
    yield from (path for path in PRODUCT.rglob("*") if path.is_dir() and path.name != "__pycache__")


def _stays(path: Path) -> bool:
    return SOURCES.search(str(path.relative_to(PRODUCT))) is not None
