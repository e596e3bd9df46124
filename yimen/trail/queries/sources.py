"""What upper rooms know of the things in the trail. They fill this list at start-up (`yimen.site.subscriptions`)."""

from collections.abc import Callable

Thing = tuple[str, str]  # kind and id, as an entry bears them
NumberSource = Callable[[str], Thing | None]

number_sources: list[NumberSource] = []


def thing_called(number: str) -> Thing | None:
    """The thing that bears this number towards people, within the reach in force."""
    return next((thing for source in number_sources if (thing := source(number)) is not None), None)
