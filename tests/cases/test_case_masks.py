"""A case page shows no number in full, whoever typed it into the form."""

import pytest

from tests import cast
from tests.cases.counter import PHONE, number_of, people
from tests.cases.taking import taken
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case
from yimen.cases.rules import sealed
from yimen.cases.rules.application import Application
from yimen.catalogue import queries as catalogue

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


def test_codes_of_facts_are_shown_in_words() -> None:
    case = taken()
    version = next(
        one for one in catalogue.shelf().versions if any(field.fact == "employment_status" for field in one.item.form)
    )
    case.version_id = version.id
    key = next(field.key for field in version.item.form if field.fact == "employment_status")
    case.form = sealed.seal_values({key: "flexible"}, place=sealed.FORM, row=case.id)
    case.save(update_fields=["form", "version_id"])
    page = cast.client_for("window").get(f"/cases/{case.number}").content.decode()
    assert ("灵活就业" in page, "flexible" in page) == (True, False)
