"""The secret of a connection: an address, and what a server is known and convinced by.

Its first line is the address, with user and password. Lines as of `known_hosts` say which keys the
server has; a private key in PEM, that of the user. None of it is ever told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Found:
    """A file that its server opened.

    Attributes:
        read: returns up to so many bytes; none at the end.
        close: lets go of the server.
        version: what its server says of it; equal as long as it is the same; None when unsaid.
        modified: when it was changed last, if that is known.
        size: of it in bytes, if that is known.
    """

    read: Callable[[int], bytes] = field(repr=False)
    close: Callable[[], None] = field(repr=False)
    version: str | None
    modified: datetime | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a secret.

    Attributes:
        scheme: `https`, `file`, `sftp`, `s3`, or another, which nothing opens.
        server: host and port, as in the address.
        host: of the server, without brackets; empty where there is none.
        port: of the server, where the address says one.
        path: of the folder, without a slash at its end, as in the address.
        query: of the address.
        user: who reads; None where nobody is named.
        password: of the user.
        hosts: lines of `known_hosts`.
        key: the private key of the user, in PEM.
    """

    scheme: str
    server: str
    host: str
    port: int | None
    path: str
    query: str
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    hosts: str = field(repr=False)
    key: str = field(repr=False)

    def option(self, name: str, default: str) -> str:
        """Return what the address says of an option behind its `?`."""
        return parse_qs(self.query).get(name, [default])[-1]


def read_address(secret: str) -> Address:
    """Return the parts of the secret of a connection.

    Raises:
        ValueError: it holds no address.
    """
    first, _, rest = secret.strip().partition("\n")
    hosts, begin, key = rest.partition("-----BEGIN ")
    parts = urlsplit(first.strip())
    return Address(
        scheme=parts.scheme,
        server=parts.netloc.rpartition("@")[2],
        host=parts.hostname or "",
        port=parts.port,
        path=parts.path.rstrip("/"),
        query=parts.query,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        hosts=hosts,
        key=begin + key,
    )
