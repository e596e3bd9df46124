"""What every later capability must keep: doors, verbs, documents, migrations, sizes."""

import ast
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.architecture.routes import Route, routes
from tests.architecture.source import ROOT, calls, modules, words
from yimen.access.matrix import LETTERS, MATRIX
from yimen.access.verbs import AREAS, WORDS
from yimen.core.actor import Role
from yimen.site.api import api

FILE_LINES, FUNCTION_LINES = 500, 50
WORDS_ONLY = {"yimen/access/matrix.py", "yimen/access/verbs.py", "yimen/site/menu.py"}
ONE_OFF = {"demo.build"}  # recorded once by the demonstration, asked for by nobody

PAGES = [route for route in routes() if not route.is_api]


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.pattern or "/")
def test_every_route_is_a_door_with_a_verb_of_the_matrix(route: Route) -> None:
    assert route.verb == "public" or route.verb in MATRIX
    assert route.methods


def test_every_operation_of_the_api_names_its_verb() -> None:
    operations = {
        f"{method} {path}": operation.get("x-verb", "")
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    }
    assert operations
    assert {name: verb for name, verb in operations.items() if verb != "public" and verb not in MATRIX} == {}


def test_every_verb_of_the_matrix_is_used() -> None:
    used = {word for path, tree in modules().items() if str(path) not in WORDS_ONLY for word in words(tree)}
    assert set(MATRIX) - used == set()


def test_every_verb_that_is_asked_for_or_recorded_stands_in_the_matrix() -> None:
    named = {
        word
        for _path, call in calls("door", "require", "may", "record", "bearer")
        for argument in call.args[:2]
        for word in words(argument)
        if re.fullmatch(r"[a-z_]+\.[a-z_]+", word)
    }
    assert len(named) > 50
    assert named - set(MATRIX) == ONE_OFF & named


def test_every_verb_has_words_and_an_area() -> None:
    assert set(WORDS) == set(MATRIX)
    nouns = [noun for area in AREAS.values() for noun in area]
    assert len(nouns) == len(set(nouns))
    assert set(nouns) == {verb.split(".")[0] for verb in MATRIX}


def test_the_page_of_verbs_says_what_the_matrix_says() -> None:
    spoken = {
        Role.SYSADMIN: "system admin",
        Role.SECURITY: "security admin",
        Role.DEPT: "department",
        Role.SYSTEM: "the clock",
    }
    everybody = set(LETTERS.values()) - {Role.RESIDENT, Role.SYSTEM}
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.*?) \| (.*?) \|", (ROOT / "docs/verbs.md").read_text(), re.MULTILINE)
    written = {verb: set(who.split(", ")) for verb, who, _what in rows}
    decided = {}
    for verb, roles in MATRIX.items():
        names = {spoken.get(role, str(role)) for role in roles}
        if everybody <= roles:
            names = {"all staff"} | {spoken.get(role, str(role)) for role in roles - everybody}
        decided[verb] = names
    assert written == decided
    assert [verb for verb, _who, what in rows if not what] == []


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)


def test_every_room_has_one_last_migration() -> None:
    graph = MigrationLoader(None).graph
    rooms = {room for room, _name in graph.nodes}
    assert {room: len(graph.leaf_nodes(room)) for room in rooms} == dict.fromkeys(rooms, 1)


def test_files_stay_small_enough_to_read() -> None:
    sizes = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: size for path, size in sizes.items() if size > FILE_LINES} == {}


def test_functions_stay_small_enough_to_read() -> None:
    long = {
        f"{path}:{node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    }
    assert long == set()


def test_no_module_is_named_for_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "services", "misc", "info"}
    named_by_django = {"yimen/core/database/base.py"}
    assert {str(path) for path in modules() if empty & {path.stem, *path.parts}} == named_by_django
