"""Who listens to what, and which upper room adds to the pages of a lower one: the only place that knows both."""

from yimen.cases import handlers as cases
from yimen.cases.queries import for_residents, lookup
from yimen.cases.queries import handing as cases_open
from yimen.cases.queries import sources as workbench
from yimen.patches.queries import answering
from yimen.patches.queries import sources as patches
from yimen.registry import handlers as registry
from yimen.registry.queries import sources
from yimen.trail.queries import sources as trail
from yimen.visits import handlers as visits
from yimen.visits.queries import bench, load
from yimen.visits.queries import handing as visits_open


def subscribe() -> None:
    """Called once when the process starts; a second call changes nothing."""
    cases.subscribe()
    registry.subscribe()
    visits.subscribe()
    if for_residents.told in sources.telling_sources:
        return
    sources.telling_sources.append(for_residents.told)
    sources.contact_sources.append(for_residents.contacts)
    sources.answering_sources.append(answering.answering)
    sources.case_sources.append(lookup.is_case_of)
    trail.number_sources.append(lookup.thing_numbered)
    patches.load_sources.append(load.load)
    patches.hand_over_sources += [cases_open.to_hand_over, visits_open.to_hand_over]
    workbench.block_sources += [bench.block, bench.contacts_block]
