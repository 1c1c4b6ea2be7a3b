"""A network between a desk and its server that can be cut, frozen, slowed and healed, on loopback alone."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = CERTIFICATES / "authority.pem"
_TLS_ASKED = (8).to_bytes(4) + (80877103).to_bytes(4)
_CHUNK = 65_536


class At(StrEnum):
    """What becomes of a connection on whose way to the server a certain word is seen."""

    LOST_BEFORE = "the word doesn't arrive, and the connection is lost"
    LOST_AFTER = "the word arrives, and its answer is lost with the connection"
    TWICE = "the word arrives twice"
    TWICE_AND_LOST = "the word arrives twice, and the connection is lost"


class Proxy:
    """Passes on to a port of loopback what comes in on its own `port`, as long as the network holds.

    `tls`: the name of a certificate in `certificates`, for a server that speaks without.
    """

    def __init__(self, to_port: int, *, tls: str | None = None) -> None:
        self.to_port = to_port
        self.delay = 0.0
        self.passed = 0
        self._tls = None
        if tls is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(CERTIFICATES / f"{tls}.pem")
        self._is_cut = False
        self._is_frozen = False
        self._generation = 0
        self._word: tuple[bytes, At] | None = None
        self._ends = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self.port: int = self._listening.getsockname()[1]
        self._accepts = threading.Thread(target=self._accept, daemon=True)
        self._accepts.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every connection, and takes no other."""
        self._ends.set()
        self._accepts.join(5)
        self._listening.close()

    def cut(self) -> None:
        """Every connection is lost, and new ones are refused at once."""
        self._is_cut = True
        self._generation += 1

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._is_frozen = True

    def heal(self) -> None:
        """The network is as it was; what was frozen passes now, what was lost is lost."""
        self._is_cut = self._is_frozen = False

    def at(self, word: bytes, what: At) -> None:
        """When this word is seen next on the way to the server, that becomes of its connection."""
        self._word = (word, what)

    def _accept(self) -> None:
        while not self._ends.is_set():
            try:
                client, _ = self._listening.accept()
            except TimeoutError:
                continue
            if self._is_cut:
                client.close()
            else:
                threading.Thread(target=self._serve, args=(client, self._generation), daemon=True).start()

    def _serve(self, client: socket.socket, generation: int) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as both:
            both.callback(client.close)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wait_while_frozen(generation)
            if self._tls is not None:
                client = self._speaks_tls(client)
                both.callback(client.close)
            server = socket.create_connection(("127.0.0.1", self.to_port))
            both.callback(server.close)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pass_on(client, server, generation)

    def _speaks_tls(self, client: socket.socket) -> socket.socket:
        assert self._tls is not None
        if client.recv(len(_TLS_ASKED), socket.MSG_WAITALL) != _TLS_ASKED:
            raise ConnectionError
        client.sendall(b"S")
        return self._tls.wrap_socket(client, server_side=True)

    def _wait_while_frozen(self, generation: int) -> None:
        while self._is_frozen and self._holds(generation):
            time.sleep(0.005)

    def _holds(self, generation: int) -> bool:
        return generation == self._generation and not self._ends.is_set()

    def _pass_on(self, client: socket.socket, server: socket.socket, generation: int) -> None:
        while self._holds(generation):
            pending = isinstance(client, ssl.SSLSocket) and client.pending()
            ready = [client] if pending else select.select([client, server], [], [], 0.02)[0]
            self._wait_while_frozen(generation)
            for one in ready:
                chunk = one.recv(_CHUNK)
                if not chunk or not self._holds(generation):
                    return
                if self.delay:
                    time.sleep(self.delay)
                if one is server:
                    client.sendall(chunk)
                elif not self._sent(chunk, server):
                    return
                self.passed += len(chunk)

    def _sent(self, chunk: bytes, server: socket.socket) -> bool:
        """Whether the connection goes on."""
        if self._word is None or self._word[0] not in chunk:
            server.sendall(chunk)
            return True
        (_, what), self._word = self._word, None
        if what is At.LOST_BEFORE:
            return False
        server.sendall(chunk)
        if what in (At.TWICE, At.TWICE_AND_LOST):
            server.sendall(chunk)
        if what is At.TWICE:
            return True
        select.select([server], [], [], 0.2)  # the answer, where there is one
        return False


__all__ = ["AUTHORITY", "At", "Proxy"]
