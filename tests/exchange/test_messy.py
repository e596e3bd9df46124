"""Messy rosters: what is planted is found, and nothing sound is refused."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from yimen.exchange.messy.faults import FAULTS
from yimen.exchange.messy.marking import score_file
from yimen.exchange.messy.rosters import KINDS, make
from yimen.exchange.messy.writing import key_path, write_messy
from yimen.site.cli import main

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [7, 20261123])
def test_every_fault_of_a_workbook_is_found_and_no_sound_row_refused(tmp_path: Path, kind: str, seed: int) -> None:
    path = tmp_path / "messy.xlsx"
    write_messy(path, kind=kind, rows=80, seed=seed)
    score = score_file(path, key=None, today=TODAY)
    assert (score.missed, score.wrongly_refused, score.misread) == ([], [], [])
    assert len(score.found) > 15


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "linked"])
def test_every_fault_of_a_text_in_gbk_is_found(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "messy.csv"
    write_messy(path, kind=kind, rows=80, seed=3)
    score = score_file(path, key=None, today=TODAY)
    assert (score.missed, score.wrongly_refused, score.misread) == ([], [], [])
    assert len(score.found) > 15


def test_every_kind_of_fault_is_planted_somewhere() -> None:
    planted = {
        name
        for kind in KINDS
        for sheet in make(kind, 120, 5)
        for entry in sheet.entries.values()
        for name, _, _ in entry.faults
    }
    assert {fault.name for fault in FAULTS} - planted == set()
    assert {"in two communities", "one number for two people", "the same row again"} <= planted


def test_the_same_seed_makes_the_same_roster() -> None:
    assert make("residents", 40, 9) == make("residents", 40, 9)
    assert make("residents", 40, 9) != make("residents", 40, 10)


def homes(path: Path) -> dict[str, int]:
    """How many rows without a fault live in each community, by code."""
    rows = [row for sheet in json.loads(key_path(path).read_text())["sheets"].values() for row in sheet.values()]
    return dict(Counter(row["truth"]["community"] for row in rows if not row["faults"]))


def test_people_live_in_one_community_and_only_planted_ones_in_a_second(tmp_path: Path) -> None:
    path = tmp_path / "messy.xlsx"
    write_messy(path, kind="residents", rows=300, seed=3)
    key = json.loads(key_path(path).read_text())
    assert list(homes(path)) == [key["communities"]["广瑞一村社区"]]
    faults = [fault[0] for rows in key["sheets"].values() for row in rows.values() for fault in row["faults"]]
    assert "in two communities" in faults


def test_the_communities_of_a_roster_are_chosen_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "messy.xlsx"
    chosen = ["--community", "江海社区", "--community", "锡惠社区"]
    assert main(["roster", "--messy", str(path), "--rows", "120", *chosen]) == 0
    assert "江海社区, 锡惠社区" in capsys.readouterr().out
    codes = json.loads(key_path(path).read_text())["communities"]
    assert set(homes(path)) == {codes["江海社区"], codes["锡惠社区"]}
    assert score_file(path, key=None, today=TODAY).is_perfect


def test_the_command_writes_a_roster_and_scores_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "roster.xlsx"
    assert main(["roster", "--messy", str(path), "--rows", "60", "--seed", "4"]) == 0
    assert main(["roster", "--score", str(path)]) == 0
    assert "missed                 0" in capsys.readouterr().out


def test_what_is_missed_or_wrongly_refused_is_printed_and_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "roster.xlsx"
    main(["roster", "--messy", str(path), "--rows", "60", "--seed", "4"])
    key = json.loads(key_path(path).read_text())
    (rows,) = key["sheets"].values()
    refused = [row for row in rows.values() if any(fault[2] == "refused" for fault in row["faults"])]
    sound = [row for row in rows.values() if not row["faults"]]
    refused[0]["faults"] = []
    sound[0]["faults"] = [["wrong check digit", "id_number", "refused"]]
    sound[1]["truth"]["phone"] = "13800138000"
    other = tmp_path / "other.json"
    other.write_text(json.dumps(key))
    capsys.readouterr()
    assert main(["roster", "--score", str(path), "--key", str(other)]) == 1
    said = capsys.readouterr().out
    assert "missed                 1" in said
    assert "wrongly refused        1" in said
    assert "misread                1" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--score", "nowhere.xlsx"], "There is no file nowhere.xlsx. Write one with --messy."),
        (["--messy", "a.ods"], "A messy roster is written as .xlsx or .csv. Choose one of the two."),
        (["--messy", "a.csv", "--kind", "linked"], "There is no roster of this kind in this form. Choose another."),
        (["--messy", "a.csv", "--rows", "0"], "A roster has at least one row. Give --rows a number above zero."),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["roster", *arguments]) == 1
    assert capsys.readouterr().err.strip() == sentence


def test_a_roster_without_its_key_is_not_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("姓名,电话\n王建国,13812345671\n")
    assert main(["roster", "--score", str(path)]) == 1
    assert capsys.readouterr().err.strip() == "There is no key beside the roster. Name it with --key."
