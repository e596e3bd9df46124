"""Columns that keep what people type."""

from typing import Any

from django.db import models

from yimen.core.masking import mask_words


class _Masked:
    """Identity and mobile numbers are masked on their way into the database, whichever action writes the row."""

    def get_prep_value(self, value: Any) -> Any:
        """The words without a whole number in them."""
        kept = super().get_prep_value(value)  # type: ignore[misc]  # a mixin of the two fields below
        return mask_words(kept) if isinstance(kept, str) else kept

    def deconstruct(self) -> Any:
        """To a migration it is the plain field: the column does not differ."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]  # a mixin of the two fields below
        return name, f"django.db.models.{type(self).__mro__[2].__name__}", args, kwargs


class WordsField(_Masked, models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """A short reason or note in plain text: whole numbers of people do not belong there and are kept masked."""
