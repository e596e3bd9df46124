"""What a browser is called on one's own page."""

import pytest

from yimen.access.rules import browser_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{WINDOWS} Chrome/120.0.0.0 Safari/537.36", "Chrome 120 · Windows"),
        (f"{WINDOWS} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91", "Edge 120 · Windows"),
        (f"{PHONE} Version/17.2 Mobile/15E148 Safari/604.1", "Safari 17 · iPhone"),
        (f"{PHONE} Mobile/15E148 MicroMessenger/8.0.44", "WeChat 8 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
        ("python-httpx/0.27", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_name_and_system(agent: str, name: str) -> None:
    assert browser_name(agent) == name
