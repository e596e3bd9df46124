"""Behind a TLS proxy: who asks, and that it was over https."""

from typing import Any

import pytest
from django.test import Client, override_settings

from tests import cast
from yimen.site.proxy import Behind

Environ = dict[str, Any]


def seen(proxies: str, **environ: str) -> Environ:
    """What the application is told."""
    told: Environ = {}

    def application(environ: Environ, _start: object) -> list[bytes]:
        told.update(environ)
        return []

    Behind(application, proxies)(dict(environ), lambda *_: None)
    return told


@pytest.mark.parametrize(
    ("remote", "forwarded", "asker"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the first was typed by whoever asks
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),  # through two proxies of ours
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, <script>", "127.0.0.1"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # no proxy of ours: its word counts for nothing
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_only_trusted_proxies_say_who_asks(remote: str, forwarded: str, asker: str) -> None:
    found = seen("127.0.0.1, 10.0.0.0/8", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert (found["REMOTE_ADDR"], found["wsgi.url_scheme"]) == (asker, "https")


def test_a_proxy_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 network"):
        Behind(lambda *_: [], "proxy.example")


@pytest.mark.django_db
def test_a_form_sent_over_https_passes_the_check_of_its_origin() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = cast.client_for("window").cookies
    token = "p" * 32
    client.cookies["csrf"] = token
    with override_settings(ALLOWED_HOSTS=["yimen.example"]):
        here = {"host": "yimen.example", "origin": "https://yimen.example"}
        form = {"csrfmiddlewaretoken": token, "q": "a"}
        assert client.post("/search", form, headers=here, secure=True).status_code == 303
        assert client.post("/search", form, headers=here).status_code == 403  # what every form met without the wrapper
