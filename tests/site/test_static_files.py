"""Built files, as a browser gets them."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from yimen.site.static_files import StaticFiles

CSS = b"body { color: black }"


@pytest.fixture
def site(tmp_path: Path) -> StaticFiles:
    """A site with one style sheet and one picture; everything else is answered by "page"."""
    (tmp_path / "staff-AB12.css").write_bytes(CSS)
    (tmp_path / "staff-AB12.css.gz").write_bytes(gzip.compress(CSS))
    (tmp_path / "seal-CD34.png").write_bytes(b"png")

    def page(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"page"]

    return StaticFiles(page, tmp_path)


def ask(site: StaticFiles, path: str, method: str = "GET", encoding: str = "") -> tuple[str, dict[str, str], bytes]:
    answer: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], error: object = None) -> Any:
        answer.update(status=status, headers=dict(headers))

    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_ACCEPT_ENCODING": encoding}
    body = b"".join(site(environ, start_response))
    return answer["status"], answer["headers"], body


def test_a_file_is_kept_for_good_under_the_headers_of_the_product(site: StaticFiles) -> None:
    status, headers, body = ask(site, "/static/staff-AB12.css")
    assert (status, body) == ("200 OK", CSS)
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Type"] == "text/css; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_browser_that_can_unpack_gets_it_packed(site: StaticFiles) -> None:
    _, headers, body = ask(site, "/static/staff-AB12.css", encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(body))
    assert gzip.decompress(body) == CSS
    assert "Content-Encoding" not in ask(site, "/static/seal-CD34.png", encoding="gzip")[1]


def test_only_the_head_is_sent_when_only_the_head_is_asked(site: StaticFiles) -> None:
    status, headers, body = ask(site, "/static/staff-AB12.css", "HEAD")
    assert (status, headers["Content-Length"], body) == ("200 OK", str(len(CSS)), b"")


@pytest.mark.parametrize("path", ["/static/", "/static/../wsgi.py", "/static/none.css", "/static/%2e%2e/wsgi.py"])
def test_nothing_else_is_there(site: StaticFiles, path: str) -> None:
    assert ask(site, path)[0] == "404 Not Found"


def test_a_file_is_read_and_never_written(site: StaticFiles) -> None:
    assert ask(site, "/static/staff-AB12.css", "POST")[0] == "404 Not Found"


def test_pages_are_left_to_the_product(site: StaticFiles) -> None:
    assert ask(site, "/")[2] == b"page"
    assert ask(site, "/staticky")[2] == b"page"
