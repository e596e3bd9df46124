from django.apps import AppConfig


class CatalogueRoom(AppConfig):
    name = "yimen.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the register which traits there are and what papers are called."""
        from yimen.catalogue.queries import material_name
        from yimen.catalogue.rules.traits import trait_kinds
        from yimen.registry.queries.sources import name_papers_by
        from yimen.registry.rules.traits import kinds_from

        kinds_from(trait_kinds)
        name_papers_by(material_name)
