"""Columns that keep what people type."""

from typing import Any

from django.db import models

from yimen.core.masking import mask_words


class WordsField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """A short reason or note in plain text: whole numbers of people do not belong there. Identity and mobile numbers
    are masked on their way into the database, whichever action writes the row."""

    def get_prep_value(self, value: Any) -> Any:
        """The words without a whole number in them."""
        kept = super().get_prep_value(value)
        return mask_words(kept) if isinstance(kept, str) else kept

    def deconstruct(self) -> Any:
        """To a migration it is the plain field: the column does not differ."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
