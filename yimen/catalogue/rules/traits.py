"""The catalogue's attributes and kept facts as the kinds of traits that a resident may have."""

from yimen.catalogue.rules.defaults import read_defaults
from yimen.registry.rules.traits import TraitKind

_RESTRICTED = "restricted register"  # how `attributes.yaml` says that only named workers may see it


def trait_kinds() -> list[TraitKind]:
    """Every kind, in the catalogue's order: attributes first, then the facts a form keeps."""
    defaults = read_defaults()
    kinds = [
        TraitKind(
            one.code, one.name.zh, one.name.en, one.type, one.holder, is_restricted=_RESTRICTED in one.how.en.lower()
        )
        for one in defaults.attributes.values()
        if one.holder != "manual"
    ]
    facts = (one for one in defaults.facts.values() if one.kept == "trait")
    return kinds + [TraitKind(one.code, one.name.zh, one.name.en, one.type, one.holder) for one in facts]
