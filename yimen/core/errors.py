"""The only errors a door must translate. Messages are English msgids with named parameters; `site` renders them in the
reader's language (and in both, in problem documents)."""

from typing import Any


def N_(message: str) -> str:
    """Mark a message for translation without translating it (rules know no language)."""
    return message


class YimenError(Exception):
    """A refusal with a sentence for the person: what is wrong and what to do."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params


class NotFound(YimenError):
    """The thing does not exist, or lies outside the actor's reach: the two are not told apart (404)."""

    def __init__(
        self,
        message: str = N_("Not found. Check the number, or ask the station that holds it."),
        **params: Any,
    ) -> None:
        super().__init__(message, **params)


class NotAllowed(YimenError):
    """The actor's role does not have this verb (403)."""


class NotKnown(NotAllowed):
    """What was sent to say who asks opens nothing, or no longer (401)."""


class RuleBroken(YimenError):
    """A rule refuses the request (422). `field` names the input it belongs to, when there is one."""

    def __init__(self, message: str, *, field: str = "", **params: Any) -> None:
        super().__init__(message, **params)
        self.field = field


class Conflict(RuleBroken):
    """Somebody else was first (409)."""
