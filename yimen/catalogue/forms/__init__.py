"""What a city office typed about a matter."""

from yimen.catalogue.forms.edit import Edited, Known, read_amount, read_edit, typed_of, ways_of
from yimen.catalogue.forms.rows import OPERATORS, SPARE_ROWS

__all__ = ["OPERATORS", "SPARE_ROWS", "Edited", "Known", "read_amount", "read_edit", "typed_of", "ways_of"]
