"""Where a hub's server is, and how it is known to be the right one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from discharge.model.errors import UserError

PORT = 5432
_EXAMPLE = (
    "postgresql://desk_ward7@db.trust.example:5432/discharge?sslmode=verify-full&sslrootcert=/etc/ca.crt"
)
_NAME = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_PARTS = frozenset({"sslmode", "sslrootcert"})


class BadAddress(UserError):
    """An address that can't be used, and why."""


class NoCertificate(BadAddress):
    """An address of another machine, without the certificate that vouches for the server there."""

    command = (
        "Name the file with the certificate that vouches for the server: --ca FILE, or in the address "
        "?sslmode=verify-full&sslrootcert=FILE."
    )


@dataclass(frozen=True, slots=True)
class Address:
    """A database of a server, and the role that comes in there.

    `also` are further servers that may have taken over, as (host, port): whichever can be written to is
    used. `ca` is the file with the certificates that vouch for the server's; None only where every host is
    this machine itself, as what goes there leaves it by no wire. Raises `BadAddress`.
    """

    host: str
    database: str
    user: str
    port: int = PORT
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    also: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for host, port in self.hosts:
            if not _NAME.fullmatch(host):
                raise BadAddress(f"“{host}” is no server's name.", f"It looks so: {_EXAMPLE}")
            if not 0 < port < 65536:
                raise BadAddress(f"{port} is no port.", "Ports are numbers from 1 to 65535; mostly 5432.")
        if not self.database or not self.user:
            raise BadAddress("The server's address lacks a database or a role.", f"It looks so: {_EXAMPLE}")
        away = [host for host, _port in self.hosts if not is_loopback(host)]
        if away and self.ca is None:
            raise NoCertificate(
                f"{away[0]} is another machine: what goes there has to be encrypted, and the server's "
                "certificate checked.",
                "Ask the hub's IT for the file with the certificate that vouches for it, and name that.",
            )

    @property
    def hosts(self) -> tuple[tuple[str, int], ...]:
        """Every server that is tried, in order."""
        return ((self.host, self.port), *self.also)

    @property
    def shown(self) -> str:
        """The address as it may be shown: with no password and no certificate."""
        return f"{self.host}:{self.port}/{self.database}"

    def with_password(self, password: str | None) -> Self:
        """The same address with this password."""
        return replace(self, password=password)

    @classmethod
    def parse(cls, url: str, *, ca: Path | None = None) -> Self:
        """The address that a URL says: `postgresql://ROLE@HOST:PORT[,HOST:PORT]/DATABASE?sslmode=…`.

        `ca` is for where the URL names none. A password in it is taken: whoever shows addresses asks for it
        apart. Raises `BadAddress`.
        """
        try:
            parts = urlsplit(url.strip())
            said = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            who, _, where = parts.netloc.rpartition("@")
            hosts = [_host_and_port(each) for each in where.split(",")]
        except ValueError:
            raise BadAddress("The server's address can't be read.", f"It looks so: {_EXAMPLE}") from None
        if parts.scheme not in ("postgresql", "postgres"):
            raise BadAddress(
                "The server's address doesn't begin with postgresql://.", f"It looks so: {_EXAMPLE}"
            )
        if odd := sorted(said.keys() - _PARTS):
            raise BadAddress(f"The server's address says “{odd[0]}”, which isn't known.", "Leave it out.")
        named = said.get("sslrootcert")
        ca = Path(named) if named else ca
        mode = said.get("sslmode", "verify-full" if ca else "disable")
        if mode != ("verify-full" if ca else "disable") and (ca or not is_loopback(hosts[0][0])):
            raise BadAddress(
                f"sslmode={mode} doesn't check that the server is the right one.",
                "Only sslmode=verify-full with sslrootcert=FILE does.",
            )
        user, _, password = who.partition(":")
        return cls(
            host=hosts[0][0],
            port=hosts[0][1],
            database=unquote(parts.path.removeprefix("/")),
            user=unquote(user),
            password=unquote(password) if password else None,
            ca=ca,
            also=tuple(hosts[1:]),
        )

    def url(self) -> str:
        """The address as a URL that `parse` reads; never with the password."""
        hosts = ",".join(f"{f'[{host}]' if ':' in host else host}:{port}" for host, port in self.hosts)
        tls = f"?sslmode=verify-full&sslrootcert={quote(str(self.ca))}" if self.ca else ""
        return f"postgresql://{quote(self.user, safe='')}@{hosts}/{quote(self.database, safe='')}{tls}"

    def as_json(self) -> dict[str, Any]:
        """Plain JSON that `from_json` reads; the password is in it where there is one."""
        return {"url": self.url(), "password": self.password}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """The address that `as_json` gave. Raises `BadAddress`, KeyError."""
        return cls.parse(str(said["url"])).with_password(said["password"])


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by its number or as `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_and_port(text: str) -> tuple[str, int]:
    """ValueError where it is neither `HOST` nor `HOST:PORT`."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:]+))(?::(\d{1,5}))?", text)
    if found is None:
        raise ValueError(text)
    return found[1] or unquote(found[2]), int(found[3] or PORT)


__all__ = ["Address", "BadAddress", "NoCertificate", "is_loopback"]
