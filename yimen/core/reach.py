"""Names that the database's policies and the application share; no Django, so the launcher can read it."""

APP_ROLE = "yimen_app"  # web and worker act as this role: it owns nothing, so policies hold for it
