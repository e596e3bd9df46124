"""The one exception inside the child."""


class Refused(Exception):
    """The file is refused with an English msgid and its parameters."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.params = params
