"""Every address of the product, read from the resolver."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {
    "int": "2026",
    "uuid": "01890000-0000-7000-8000-000000000000",
    "str": "000000000000",
    "slug": "a",
    "path": "a",
}


@dataclass(frozen=True)
class Route:
    """One address: its pattern, a sample path, and the view behind it."""

    pattern: str
    path: str
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def verb(self) -> str:
        """The verb of its door, "public", or "" when it has no door."""
        return getattr(self.view, "verb", "")

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods its door lets through."""
        return getattr(self.view, "methods", ())


def routes() -> list[Route]:
    """All routes, in the order in which the resolver asks them."""
    return list(_under(get_resolver().url_patterns, "", ""))


def _under(patterns: list[URLPattern | URLResolver], prefix: str, path: str) -> Iterator[Route]:
    for one in patterns:
        text = str(one.pattern)
        sample = text
        for name, converter in one.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            for written in (f"<{kind}:{name}>", f"<{name}>"):
                sample = sample.replace(written, SAMPLES[kind])
        if isinstance(one, URLResolver):
            yield from _under(one.url_patterns, prefix + text, path + sample)
        else:
            yield Route(prefix + text, f"/{path}{sample}", one.callback)
