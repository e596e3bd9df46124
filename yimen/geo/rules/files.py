"""The life of a file of ground: what it is waiting for, how long it is kept, what its page is told."""

from collections.abc import Mapping
from datetime import timedelta

from yimen.core.errors import N_

KEPT = timedelta(days=7)  # that a file nobody applied is kept, and the shapes of one that was
MOST_ROWS = 300  # that a preview shows, those with a problem first
READING, OPEN, APPLYING, APPLIED = ("reading", "open", "applying", "applied")
UNDOING, UNDONE, REFUSED, DROPPED = ("undoing", "undone", "refused", "dropped")
WORKING = (READING, APPLYING, UNDOING)
STATE_WORDS: Mapping[str, str] = {
    READING: N_("Being read"),
    OPEN: N_("Preview ready"),
    APPLYING: N_("Being brought in"),
    APPLIED: N_("Put on the map"),
    UNDOING: N_("Being taken back"),
    UNDONE: N_("Undone"),
    REFUSED: N_("Refused: not read"),
    DROPPED: N_("Thrown away"),
}
DROPPED_WORDS = N_("Thrown away before it was brought in. Nothing was written.")
EXPIRED = N_("Nobody brought it in within %(days)s days, so the preview was removed. Send the file again.")
OURS = N_(
    "The file could not be read or brought in, and that is our fault. Tell the system administrator the number %(ref)s."
)
EMPTY = N_("Nothing in the file can be brought in. Mend it and send it again.")
LEAVE_OUT = N_("%(count)s of %(all)s have a problem. Mend the file, or say that they are left out.")
UNSURE = N_("The file fits %(doubt)s better than %(said)s. Choose the right one, or say that you are certain.")
