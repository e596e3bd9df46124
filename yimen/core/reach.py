"""Names that the database's policies and the application share; no Django, so the launcher can read it."""

APP_ROLE = "yimen_app"  # web and worker act as this role: it owns nothing, so policies hold for it
LAST = "~"  # sorts after every digit in collation "C"

Reach = tuple[str, str]  # a half-open range of division codes, low and high
NOWHERE: Reach = ("", "")
EVERYWHERE: Reach = ("", LAST)


def under(prefix: str) -> Reach:
    """Every division whose code begins so."""
    return prefix, prefix + LAST
