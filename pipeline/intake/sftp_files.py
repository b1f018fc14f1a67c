"""Files of SFTP servers that show a key which the secret of the connection holds.

Nothing of the machine takes part: no other key, agent, ticket or setting of whoever runs this. What
the library says of a failure may quote the address: only the kind of a failure is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TypeVar, cast
from urllib.parse import unquote

import asyncssh

from pipeline.errors import DeliveryError, Place, SourceError
from pipeline.intake.addresses import Address, Found

WAIT_SECONDS = 30
_PORT = 22

# A server may not say what something is.
_FILES = {asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN}
_CERTIFICATES = "*-cert-v01@openssh.com"
_ANY = ("ssh-ed25519", "ecdsa-sha2-nistp*", "rsa-sha2-*")
Told = TypeVar("Told")


def open_sftp(address: Address, path: str, *, place: Place) -> Found:
    """Open a file of an SFTP server: `sftp://user:password@host/folder`.

    Args:
        address: with the keys of the server, and the user's password or private key.
        path: of the file under the folder.
        place: dataset and file, for refusals.

    Raises:
        DeliveryError: the server is not the one of the secret.
        SourceError: it does not give the file.
        OSError: as `SourceError`.
    """
    hosts = _hosts(address, place)
    key = _key(address, place)
    # It tells of users and servers.
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    session = _Session(place)
    try:
        return session.open(address, path, hosts=hosts, key=key)
    except BaseException:
        session.close()
        raise


class _Session:
    """One connection, and the loop in which it lives while somebody waits for it.

    In a thread of its own: whoever fetches may have a loop that runs already.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._file: asyncssh.SFTPClientFile | None = None
        self._offset = 0

    def open(
        self,
        address: Address,
        path: str,
        *,
        hosts: asyncssh.SSHKnownHosts,
        key: asyncssh.SSHKey | None,
    ) -> Found:
        connection = self._connection = self._wait(
            asyncssh.connect(
                address.host,
                address.port or _PORT,
                username=address.user or "",
                password=address.password,
                client_keys=None if key is None else [key],
                known_hosts=hosts,
                server_host_key_algs=_algorithms(hosts, address),
                x509_trusted_certs=None,
                config=None,
                agent_path=None,
                gss_auth=False,
                gss_kex=False,
                host_based_auth=False,
                connect_timeout=WAIT_SECONDS,
                login_timeout=WAIT_SECONDS,
            )
        )
        client = self._wait(connection.start_sftp_client())
        name = self._wait(_inside(client, unquote(address.path) or "/", path))
        file = self._file = self._wait(client.open(name, "rb"))
        told = self._wait(file.stat())
        modified = None if told.mtime is None else datetime.fromtimestamp(told.mtime, UTC)
        version = None if modified is None else f"{told.size} {told.mtime} {told.mtime_ns}"
        return Found(self.read, self.close, version, modified, told.size)

    def read(self, size: int) -> bytes:
        if self._file is None:
            raise ValueError
        # Opened as bytes, which the types of the library cannot tell.
        block = cast("bytes", self._wait(self._file.read(size, self._offset)))
        self._offset += len(block)
        return block

    def close(self) -> None:
        if self._connection is not None:
            self._thread.submit(self._connection.abort).result()
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def _wait(self, work: Awaitable[Told]) -> Told:
        """Return what a server answers in time."""
        kind = ""
        try:
            return self._thread.submit(self._runner.run, _in_time(work)).result()
        except asyncssh.HostKeyNotVerifiable:
            pass
        except asyncssh.SFTPNoSuchFile:
            kind = "FileNotFoundError"
        except asyncssh.Error as error:
            kind = type(error).__name__
        if kind == "FileNotFoundError":
            raise FileNotFoundError
        if kind:
            raise SourceError("delivery.fetch_failed", place=self._place, kind=kind)
        raise DeliveryError("delivery.fetch_host_key", place=self._place)


async def _in_time(work: Awaitable[Told]) -> Told:
    return await asyncio.wait_for(work, WAIT_SECONDS)


async def _inside(client: asyncssh.SFTPClient, folder: str, path: str) -> str:
    """Return the true path of a file, which is in the folder and no link out of it."""
    top = PurePosixPath(await client.realpath(folder))
    name = PurePosixPath(await client.realpath(str(top / path)))
    below = name.relative_to(top).parts
    # Where a server leaves links in what it calls the true path, none is followed.
    steps = [await client.lstat(str(top.joinpath(*below[: n + 1]))) for n in range(len(below))]
    kinds = [step.type for step in steps]
    if asyncssh.FILEXFER_TYPE_SYMLINK in kinds or kinds[-1] not in _FILES:
        raise PermissionError
    return str(name)


def _hosts(address: Address, place: Place) -> asyncssh.SSHKnownHosts:
    """Return the keys of servers that the secret holds; one at least is of this server."""
    try:
        hosts = asyncssh.import_known_hosts(address.hosts)
    except ValueError:
        hosts = None
    if hosts is None or not any(hosts.match(address.host, "", address.port)[:2]):
        raise DeliveryError("delivery.fetch_host_unknown", place=place)
    return hosts


def _algorithms(hosts: asyncssh.SSHKnownHosts, address: Address) -> str:
    """Return which kinds of keys a server is asked to show: those that are known, else any.

    If others were left out, a server that has none of the known would end it before it shows one.
    """
    keys, authorities = hosts.match(address.host, "", address.port)[:2]
    known = [name.decode() for key in keys for name in key.sig_algorithms]
    return ",".join([*[_CERTIFICATES] * bool(authorities), *known, *_ANY])


def _key(address: Address, place: Place) -> asyncssh.SSHKey | None:
    if not address.key and address.user and address.password:
        return None
    key = None
    if address.key and address.user:
        try:
            key = asyncssh.import_private_key(address.key)
        except ValueError:
            key = None
    if key is None:
        raise DeliveryError("delivery.fetch_credentials", place=place)
    return key
