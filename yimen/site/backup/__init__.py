"""Copies of the database that can be trusted: taken, checked, thinned out, and restored to any second.

Two kinds. A *physical* copy is the server's own files with its log of changes (WAL); with `yimen archive` running it
can be restored to any second since. A *dump* is what any role that may read the tables can take; it brings back the
moment it was taken, no other. The keys that open sealed values are in neither.
"""

from yimen.site.backup.problems import BackupError

__all__ = ["BackupError"]
