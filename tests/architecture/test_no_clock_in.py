"""What a government app must not have (国办函〔2026〕12号, and the workers' own complaint): no clocking in, no
tracks, no demanded photograph, position or duration, no points, no rankings of people, no time spent online.

Every name that could hold or ask for such a thing is looked at: columns of tables, fields of forms and templates,
settings, scripts, the API's schema, and the norms a city sets. An exception is listed here with its reason.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

import pytest
from django.apps import apps

from tests.architecture.source import ROOT, modules
from yimen.catalogue.rules import read_defaults
from yimen.orgs.models import Norm
from yimen.site.api import api

# A name is taken apart into its words ("clockIn", "clock_in", "clock-in"): one of these in a row is found.
FORBIDDEN = {
    "clocking in": r"clock(ed|ing)? (in|out)|punch(ed|es|ing)?|(check|sign) in (at|time|place)|attendance",
    "tracks": r"tracks|trajectory|(gps|walk|route) (track|trace|log)|kilomet\w+|kms|mileage|watch pos\w*",
    "a position": r"geolocation|get current position|(gps|visit|record|device|phone) (lon\w*|lat\w*|position|location)",
    "a demanded duration": r"(visit|stay|talk|online|work|screen) (duration|minutes|seconds|hours|time)|time spent",
    "points": r"(work|visit|officer|worker|bonus|reward|merit) (points?|score)|points earned|gamif\w+|badges? earned",
    "rankings": r"rank(ing|ings|ed)?|leader ?boards?|top (workers|officers|performers)|league",
    "online time": r"last online|(is|was) online now|online (since|rate)|time online|active (hours|minutes)",
}
ALLOWED: dict[str, str] = {
    "cases.Daily.online": "how many matters came in over the web: counts cases, not people",
    "rank": "which of several hits of a search comes first: ranks records, not people",
    "_rank": "the same",
    "ranked": "SQL that numbers the most urgent cases of a kind: ranks cases, not people",
}


def _words(name: str) -> str:
    """ "visitDuration" and "visit_duration" are "visit duration"."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()).strip()


def _fault(name: str) -> str:
    """Which forbidden thing a name speaks of, "" for none."""
    words = _words(name)
    return next((thing for thing, pattern in FORBIDDEN.items() if re.search(rf"\b({pattern})\b", words)), "")


def faults(names: Iterator[str]) -> dict[str, str]:
    """The names that speak of something forbidden and are not allowed by name."""
    return {name: fault for name in names if name not in ALLOWED and (fault := _fault(name.rsplit(".", 1)[-1]))}


def _columns() -> Iterator[str]:
    for model in apps.get_models():
        if model.__module__.startswith("yimen."):
            yield f"{model._meta.app_label}.{model.__name__}"
            yield from (f"{model._meta.app_label}.{model.__name__}.{field.name}" for field in model._meta.get_fields())


def _inputs() -> Iterator[str]:
    """Names of what templates ask for: written out, or through the macros of site/forms.html."""
    for path in sorted(ROOT.glob("yimen/*/templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r'\bname="([\w.-]+)"|\b(?:input|textarea|select|choices|tick)\("([\w.-]+)"', text):
            yield found[1] or found[2]


def _settings() -> Iterator[str]:
    tree = ast.parse((ROOT / "yimen/site/settings.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
    yield from Norm.Name.values


def _python() -> Iterator[str]:
    """Every function, class, argument and attribute that is defined."""
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.arg):
                yield node.arg
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id


def _scripts() -> Iterator[str]:
    for path in sorted((ROOT / "yimen/site/assets").rglob("*.ts")):
        yield from re.findall(r"[A-Za-z_][\w]*", path.read_text(encoding="utf-8"))


def _schema() -> Iterator[str]:
    def under(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield str(key)
                yield from under(value)
            if isinstance(node.get("name"), str):
                yield node["name"]
        elif isinstance(node, list):
            for one in node:
                yield from under(one)

    yield from under(dict(api.get_openapi_schema()))


@pytest.mark.parametrize(
    "names", [_columns, _inputs, _settings, _python, _scripts, _schema], ids=lambda one: one.__name__
)
def test_nothing_clocks_tracks_times_or_ranks_people(names: Callable[[], Iterator[str]]) -> None:
    assert faults(names()) == {}


def test_no_form_of_a_matter_demands_a_photograph_a_position_or_a_duration() -> None:
    demanded = {
        (code, field.key)
        for code, item in read_defaults().items.items()
        for field in item.form
        if field.required and re.search(r"photo|position|location|duration|minutes|longitude|latitude", field.key)
    }
    assert demanded == set()


def test_no_template_takes_a_picture_or_a_position_and_none_demands_a_file_of_a_visit() -> None:
    wrong = []
    for path in sorted(ROOT.glob("yimen/*/templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"<input\b[^>]*type=\"file\"[^>]*>", text)
        inputs = [
            one for one in found if 'accept=".json,application/json"' not in one
        ]  # what a phone wrote down itself
        # what a phone saved without a network is brought in as a file of records
        if re.search(r"\bcapture(=|\b)|geolocation", " ".join(inputs)) or (
            path.parent.name == "visits" and [one for one in inputs if 'accept=".json' not in one]
        ):
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_a_visit_knows_no_place_but_its_door_and_no_length() -> None:
    """A visit is a door, a day and an outcome. How long it took or where the phone lay is not even a column."""
    names = {field.name for field in apps.get_model("visits", "Visit")._meta.get_fields()}
    assert not {name for name in names if re.search(r"photo|position|lon|lat(?!e)|duration|minutes|ended", name)}


def test_coverage_orders_places_and_never_people() -> None:
    from yimen.visits.queries import coverage

    shapes = [one for one in vars(coverage).values() if is_dataclass(one) and one.__module__ == coverage.__name__]
    held = {field.name for shape in shapes for field in fields(shape)}
    assert not held & {"account", "account_id", "by_name", "officer", "worker", "person"}
    assert "order by 1, 2" in coverage._ROWS  # code and month


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        *(("clock_in_at", "clocking in"), ("visitDuration", "a demanded duration"), ("officer_score", "points")),
        *(("gps_track", "tracks"), ("getCurrentPosition", "a position"), ("leaderboard", "rankings")),
        *(("online_time", "online time"), ("clock_off_s", ""), ("reached", ""), ("track", ""), ("position", "")),
    ],
)
def test_the_walk_would_find_one(name: str, fault: str) -> None:
    assert _fault(name) == fault or (fault == "online time" and _fault(name) in ("a demanded duration", "online time"))
