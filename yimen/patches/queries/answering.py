"""Who answers for doors, for the pages of the register."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.core.actor import Actor
from yimen.patches.queries.standing import Standing, patches_of_doors
from yimen.registry.queries.sources import Answering


def answering(actor: Actor, doors: Sequence[str], at: datetime) -> Mapping[str, Answering]:
    """The patch of each door and who answers for it now."""
    opens = may(actor, "patch.read")
    return {
        ref: Answering(
            _("Patch %(number)s") % {"number": patch.number}, _who(patch), f"/patches/{patch.ref}" if opens else ""
        )
        for ref, patch in patches_of_doors(doors, at=at).items()
    }


def _who(patch: Standing) -> str:
    if patch.acting is None:
        return _("nobody answers now")
    if patch.is_covered and patch.a is not None:
        return _("%(name)s, for %(officer)s") % {"name": patch.acting.name, "officer": patch.a.name}
    return patch.acting.name
