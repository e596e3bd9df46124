"""The built style sheets and scripts, from memory: compressed, cached for good, under the product's headers."""

from collections.abc import Iterable
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/static/"
FOLDER = Path(__file__).parent / "static"
HEADERS = [
    ("Cache-Control", "public, max-age=31536000, immutable"),  # names carry a hash of the content
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Vary", "Accept-Encoding"),
]


class StaticFiles:
    """A WSGI application that answers for /static/ and leaves the rest to another."""

    def __init__(self, application: "WSGIApplication", folder: Path = FOLDER) -> None:
        self.application = application
        self.files = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self.application(environ, start_response)
        name = path.removeprefix(PREFIX)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or name not in self.files:
            start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        headers = [("Content-Type", content_type(name)), *HEADERS]
        body = self.files[name]
        if f"{name}.gz" in self.files and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers.append(("Content-Encoding", "gzip"))
            body = self.files[f"{name}.gz"]
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [body if environ["REQUEST_METHOD"] == "GET" else b""]


def content_type(name: str) -> str:
    """Of a built file; everything we write is UTF-8."""
    kind = guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
