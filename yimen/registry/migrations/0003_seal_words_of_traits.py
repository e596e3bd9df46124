"""Traits in words (a phone for emergencies, the tail of a bank card) are sealed from here on; older rows now."""

from typing import Any

from django.db import migrations

from yimen.registry.rules import sealed

BATCH = 1000


def seal(apps: Any, schema_editor: Any) -> None:
    """Row by row; what is sealed already, and what is no text, is left as it is."""
    traits = apps.get_model("registry", "Trait")
    waiting = []
    for trait in traits.objects.extra(where=["jsonb_typeof(value) = 'string'"]).iterator(BATCH):
        kept = sealed.seal_trait(trait.kind, sealed.open_trait(trait.value, trait.id), trait.id)
        if kept != trait.value:
            trait.value = kept
            waiting.append(trait)
        if len(waiting) == BATCH:
            traits.objects.bulk_update(waiting, ["value"])
            waiting.clear()
    traits.objects.bulk_update(waiting, ["value"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_provenance_before")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
