"""The Jinja2 environment of every room."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yimen.core import clock, formats
from yimen.site.spoken import SpokenEnvironment, lookups

_BUILT = Path(__file__).parent / "static"


@cache
def _manifest() -> dict[str, str]:
    path = _BUILT / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def static(name: str) -> str:
    """The address of a built file, with its content hash."""
    return f"/static/{_manifest().get(name, name)}"


def environment(**options: Any) -> SpokenEnvironment:
    """Django's hook: autoescaping, translation, formats. One environment for each language; Django gets the default."""
    options.pop("autoescape", None)
    options.update(auto_reload=False, cache_size=400)
    spoken = {language: _spoken(language, options) for language, _name in settings.LANGUAGES}
    for one in spoken.values():
        one.in_language = spoken
    return spoken[settings.LANGUAGE_CODE]


def _spoken(language: str, options: dict[str, Any]) -> SpokenEnvironment:
    env = SpokenEnvironment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"], **options
    )  # autoescape is on
    env.language = language
    gettext, ngettext, pgettext = lookups(language)
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext=gettext, ngettext=ngettext, newstyle=True, pgettext=pgettext
    )
    env.globals.update(static=static, settings_demo=settings.DEMO)
    env.filters.update(formats.filters(lambda: language, clock.today))
    return env
