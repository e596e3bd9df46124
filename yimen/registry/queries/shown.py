"""How residents are shown before anybody gave a reason."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.core.actor import Actor, Role
from yimen.core.errors import N_
from yimen.core.identity import age_on
from yimen.core.masking import mask_id, mask_name, mask_phone
from yimen.registry.rules import sealed

_FAR = (Role.DISTRICT, Role.CITY, Role.DEPT, Role.AUDITOR)  # who do not meet residents see names masked


def shown_name(actor: Actor, name: str) -> str:
    """In full for those who meet residents, masked for district, city, line departments and the auditor."""
    return mask_name(name) if actor.role in _FAR else name


def masked_number(blob: bytes | memoryview | None, row: UUID) -> str:
    """3202** ******** 4012, "" without a number."""
    return mask_id(sealed.open_number(blob, row)) if blob is not None else ""


def masked_phone(blob: bytes | memoryview | None, row: UUID) -> str:
    """138 **** 6207, "" without a phone."""
    return mask_phone(sealed.open_phone(blob, row)) if blob is not None else ""


def age(birth_on: date | None, died_on: date | None, today: date) -> int | None:
    """Full years today, or at death; None when the birth date is not known."""
    return None if birth_on is None else age_on(birth_on, min(died_on or today, today))


_SEXES = {"1": N_("male"), "2": N_("female")}


def sex_word(sex: str) -> str:
    """The sex in a word, "" when it is not known (GB/T 2261.1)."""
    return _(_SEXES[sex]) if sex in _SEXES else ""
