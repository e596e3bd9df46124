"""A contact that is to become an intake is about somebody, and the form says so."""

from uuid import uuid4

import pytest

from tests import cast
from tests.registry.town import Town
from yimen.visits.models import Contact

pytestmark = pytest.mark.django_db


def test_an_intake_needs_a_resident_chosen_and_says_when_nobody_was(town: Town) -> None:
    client = cast.client_for("window")
    form = {"key": str(uuid4()), "via": "call", "words": "想办高龄津贴", "name": "张国富", "do": "case"}
    asked = client.post("/contacts/new", form)
    assert asked.status_code == 422
    assert 'name="asked"' in asked.content.decode()
    again = client.post("/contacts/new", form | {"asked": "1"})  # the button again, and nobody chosen
    assert again.status_code == 422
    assert "请选是哪一位" in again.content.decode()
    assert not Contact.objects.exists()
    nobody = client.post("/contacts/new", form | {"asked": "1", "resident": "-"}, follow=True)
    assert "还不清楚是哪位居民" in nobody.content.decode()
    assert Contact.objects.get().state == "open"
