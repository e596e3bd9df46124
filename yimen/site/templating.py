"""The Jinja2 environment of every room."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from jinja2 import Environment

from yimen.core import clock, formats

_BUILT = Path(__file__).parent / "static"


@cache
def _manifest() -> dict[str, str]:
    path = _BUILT / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def static(name: str) -> str:
    """The address of a built file, with its content hash."""
    return f"/static/{_manifest().get(name, name)}"


def environment(**options: Any) -> Environment:
    """Django's hook: autoescaping, translation, formats."""
    options.pop("autoescape", None)
    options.update(auto_reload=False, cache_size=400)
    env = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"], **options
    )  # autoescape is on
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
    )
    env.globals.update(static=static, settings_demo=settings.DEMO)
    env.filters.update(formats.filters(lambda: translation.get_language() or "zh-hans", clock.today))
    return env
