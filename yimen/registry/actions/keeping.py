"""Keep papers so that nobody is asked for them again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.registry.models import MaterialOnFile


def keep_papers(
    actor: Actor, *, resident_id: UUID, division_code: str, papers: Sequence[tuple[str, str, str]], at: datetime
) -> None:
    """Put papers handed in (source "desk") or looked at ("seen") on file: (material code, source, case number) each.

    Part of the caller's transaction and of its entry, which names the papers; the caller has checked reach. How long
    each may be used follows from the catalogue when it is asked for.
    """
    require(actor, "case.material")
    MaterialOnFile.objects.bulk_create(
        MaterialOnFile(
            division_code=division_code,
            resident_id=resident_id,
            material_code=code,
            source=source,
            obtained_on=local(at).date(),
            case_number=number,
        )
        for code, source, number in papers
    )
