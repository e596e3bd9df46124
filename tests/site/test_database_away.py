"""While the database restarts: everybody is told to try again in a moment, nobody meets a defect."""

from collections.abc import Callable

import pytest
from django.db import InterfaceError, OperationalError

from tests import cast
from yimen.access import queries
from yimen.orgs import queries as orgs

pytestmark = pytest.mark.django_db
LOST = [OperationalError("the connection is lost"), InterfaceError("the connection is closed")]


def lost(error: Exception) -> Callable[..., object]:
    """A question that is not answered."""

    def ask(*_: object, **__: object) -> object:
        raise error

    return ask


@pytest.mark.parametrize("error", LOST, ids=["lost", "closed"])
@pytest.mark.parametrize("path", ["/", "/cases", "/p/"])
def test_a_session_that_cannot_be_read_is_answered_with_try_again(
    error: Exception, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client_for("window")
    monkeypatch.setattr(queries, "session_actor", lost(error))
    answer = client.get(path)
    assert answer.status_code == 503
    assert "请稍后再试" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer


def test_the_log_warns_of_a_busy_database_and_calls_it_no_defect(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = cast.client_for("window")
    with monkeypatch.context() as patch, caplog.at_level("WARNING"):
        patch.setattr(orgs, "division_name", lost(LOST[0]))
        assert client.get("/help").status_code == 503
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("WARNING", "database: the connection is lost")
    ]


def test_a_page_that_loses_the_database_half_way_needs_no_name_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client_for("window")
    monkeypatch.setattr(orgs, "division_name", lost(LOST[0]))  # what the frame of a page asks for
    answer = client.get("/help")
    assert answer.status_code == 503
    assert client.get("/healthz").status_code == 200
