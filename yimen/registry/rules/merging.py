"""When two records are one person, and for how long that can be taken back."""

from datetime import timedelta

UNDO_WITHIN = timedelta(days=30)
# Fields a merge may take from the other record; the rest stay as they are.
PICKABLE = (
    "name",
    "id_number",
    "phone",
    "former_name",
    "ethnic",
    "marital",
    "education",
    "political",
    "employment",
    "registered_address",
)
