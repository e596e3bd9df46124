"""Cases in every state for pages that are looked at in a browser; committed, as of now."""

from datetime import timedelta

from tests import cast
from tests.cases.taking import taken
from yimen.cases import actions
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.orgs.models import Station
from yimen.portal import kept

CODE = "ACD347"


def build() -> dict[str, str]:
    """The numbers of an open, a paused, a late, a restricted and two finished cases."""
    catalogue.forget()
    kept.forget()
    load_default_catalogue(SYSTEM, at=now())
    Station.objects.update(phone="0510 0000 0120", address="12-1")
    window, at = cast.actor("window"), now() - timedelta(days=4)
    made = {
        "open": taken(at=at, secret=CODE),
        "paused": taken(at=at, secret=CODE, missing=("IN",)),
        "late": taken(at=at - timedelta(days=40), secret=CODE, promised=3),
        "restricted": taken(at=at, secret=CODE, restricted=True),
        "finished": taken(at=at, secret=CODE),
        "unrated": taken(at=at, secret=CODE),
    }
    actions.message(window, number=made["open"].number, text="材料都收到了，核对后给您回话。", at=now())
    actions.pause(window, number=made["paused"].number, reason="缺收入证明", gaps=["IN"], at=now())
    for name in ("finished", "unrated"):
        actions.decide(window, number=made[name].number, outcome="approved", text="符合规定，从下月起发放。", at=now())
    return {name: case.number for name, case in made.items()}
