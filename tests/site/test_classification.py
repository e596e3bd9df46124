"""Every field says what it is: a column that nobody classified stops the start."""

from collections.abc import Sequence

import pytest
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from tests import cast
from yimen.registry.rules.traits import known_kinds
from yimen.site import classification
from yimen.site.classification import Line

LINE = Line("registry.Resident", "name", "", "personal", "plain", "masked", "served")


def said(monkeypatch: pytest.MonkeyPatch, lines: Sequence[Line]) -> list[str]:
    monkeypatch.setattr(classification, "lines", lambda: tuple(lines))
    return [error.msg for error in run_checks(tags=["privacy"])]


def test_every_field_of_every_table_is_classified() -> None:
    assert run_checks(tags=["privacy"]) == []


def test_a_field_without_a_line_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = [line for line in classification.lines() if (line.model, line.field) != ("registry.Resident", "ethnic")]
    assert said(monkeypatch, rest) == ["registry.Resident.ethnic is not classified."]


@isolate_apps("yimen.registry")
def test_a_new_table_is_found_however_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pet(models.Model):
        name = models.CharField(max_length=9)
        marks = models.JSONField()

        class Meta:
            app_label = "registry"

    Pet.__module__ = "yimen.registry.models"
    monkeypatch.setattr(classification, "our_models", lambda: [Pet])
    lines = [Line("registry.Pet", "id", "", "internal", "plain", "full", "")]
    assert said(monkeypatch, lines) == [
        "registry.Pet.name is not classified.",
        "registry.Pet.marks[*] is not classified.",
    ]


def test_a_key_of_a_trait_without_a_line_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {line.key for line in classification.lines() if line.field == "value" and line.model == "registry.Trait"}
    assert keys == set(known_kinds())
    rest = [line for line in classification.lines() if line.key != "is_dibao"]
    assert said(monkeypatch, rest) == ["registry.Trait.value[is_dibao] is not classified."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (LINE._replace(field="shoe_size"), "does not exist"),
        (LINE, "classified twice"),
        (LINE._replace(until=""), "does not say how long"),
        (LINE._replace(class_="secret"), "'secret' is none of"),
        (LINE._replace(kept="sealed"), "holds no bytes"),
        (LINE._replace(class_="internal"), "kept plain and for good"),
    ],
)
def test_a_line_that_says_nothing_sound_is_refused(line: Line, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(words in error for error in said(monkeypatch, [*classification.lines(), line]))


@pytest.mark.django_db
def test_the_table_is_a_page_that_staff_can_read_in_both_languages() -> None:
    client = cast.client_for("auditor")
    page = client.get("/matrix/fields").content.decode()
    assert "id_number" in page
    assert "value[is_dibao]" in page
    assert "households" not in page
    assert "households" in client.get("/matrix/fields?class=public").content.decode()
    client.cookies["language"] = "en"
    assert "in part; whole only with a reason on record" in client.get("/matrix/fields").content.decode()
