"""The two limits of a matter: the law's, and the shorter one the station promises."""


def limits_ok(legal: int | None, promised: int) -> bool:
    """Whether a promise in working days may be published: never negative, never longer than the legal limit.

    Service promise (服务承诺制): a promise longer than the legal limit cannot be saved. `legal` None means
    that no legal limit is known; 0 means while the resident waits.
    """
    return promised >= 0 and (legal is None or promised <= legal)
