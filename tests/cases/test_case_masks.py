"""A case page shows no number in full, whoever typed it into the form."""

import pytest

from tests import cast
from tests.cases.counter import PHONE, number_of, people
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case
from yimen.cases.rules import sealed
from yimen.cases.rules.application import Application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]


def test_numbers_in_the_form_are_masked_on_the_page() -> None:
    refs = people()
    receipt = accept(
        cast.actor("window"),
        resident_ref=refs["张国富"],
        application=Application(matters=("MZ-11",), asked=True, papers={"ID": "seen"}),
        at=cast.MONDAY,
    )
    case = Case.objects.get(number=receipt.number)
    values = sealed.unseal_values(case.form, place=sealed.FORM, row=case.id)
    whole = number_of("19401110", "401")
    case.form = sealed.seal_values({**values, "id_number": whole, "phone": PHONE}, place=sealed.FORM, row=case.id)
    case.save(update_fields=["form"])
    page = cast.client_for("window").get(f"/cases/{receipt.number}").content.decode()
    assert whole not in page
    assert PHONE not in page
    assert whole[-4:] in page
