"""Behind a TLS proxy: people came over https, and from the address the proxy saw, not from the proxy's own."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_HOPS = 10  # more addresses than this in a row are not from proxies


class Behind:
    """Wraps the application where YIMEN_HTTPS is on. Only what a trusted proxy says of an address is believed: each
    appends the one it saw, so the last that is not a proxy of ours is who asks."""

    def __init__(self, application: Application, proxies: str) -> None:
        self._application = application
        self._proxies: list[IPv4Network | IPv6Network] = [
            ip_network(part.strip()) for part in proxies.split(",") if part.strip()
        ]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = "https"
        if self._is_ours(environ.get("REMOTE_ADDR", "")):
            environ["REMOTE_ADDR"] = self._asker(environ)
        return self._application(environ, start_response)

    def _asker(self, environ: dict[str, Any]) -> str:
        address = str(environ["REMOTE_ADDR"])
        told = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-_HOPS:]
        for hop in reversed(told):
            try:
                address = str(ip_address(hop.strip()))
            except ValueError:
                return address
            if not self._is_ours(address):
                return address
        return address

    def _is_ours(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)
