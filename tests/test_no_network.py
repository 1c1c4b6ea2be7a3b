"""A local hub opens no connection: one file of the program could, and is loaded for a hub with a server."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import HOUSE, code
from tests.without_network import tried, without_network

OF_NETWORKS = (
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "nntplib", "poplib", "psycopg", "requests",
    "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "webbrowser",
    "websockets", "xmlrpc", "multiprocessing.managers",
    "PySide6.QtHttpServer", "PySide6.QtNetwork", "PySide6.QtWebEngineCore", "PySide6.QtWebSockets",
)  # fmt: skip
TRIES = """
import socket
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    lambda: __import__("PySide6.QtNetwork"),
):
    try:
        attempt()
    except OSError:
        pass
socket.socketpair()
"""


REACHES_THE_SERVER = "discharge/store/server/wire.py"


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that a file imports, and what it takes from one, by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_nothing_in_the_program_imports_what_reaches_a_network() -> None:
    having = "|".join(name.rpartition(".")[2] for name in OF_NETWORKS)
    found = [
        (name, module)
        for name, tree in code(having=having)
        for module in imported(tree)
        if any(module == each or module.startswith(f"{each}.") for each in OF_NETWORKS)
    ]
    assert {name for name, _module in found} == {REACHES_THE_SERVER}
    assert {module.split(".")[0] for _name, module in found} == {"psycopg"}
    assert "urllib.request" in imported(ast.parse("from urllib import request"))


def test_what_reaches_the_server_is_loaded_by_no_file_before_there_is_one_to_reach() -> None:
    at_once = [
        name
        for name, tree in code(having=r"\bwire\b")
        for each in tree.body
        if isinstance(each, ast.Import | ast.ImportFrom)
        and "discharge.store.server.wire" in set(imported(ast.Module([each], [])))
    ]
    assert at_once == []


@pytest.mark.skipif(os.name == "nt", reason="a pair of sockets is one of the network there")
def test_what_keeps_a_program_offline_refuses_and_writes_down_what_the_program_hides(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    subprocess.run([sys.executable, "-c", TRIES], env=without_network(os.environ, seen), check=True)
    assert tried(seen) == [
        ["socket.getaddrinfo of '127.0.0.1'", "socket of family 2", "import of PySide6.QtNetwork"]
    ]


def test_an_executable_with_a_part_of_qt_for_networks_does_not_pass(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("smoke_test", HOUSE / "packaging" / "smoke_test.py")
    assert spec is not None
    assert spec.loader is not None
    smoke_test = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(smoke_test)
    inside = tmp_path / "_internal"
    inside.mkdir()
    (inside / "libQt6Core.so.6").touch()
    smoke_test.try_no_network(tmp_path)
    for part in ("libQt6Network.so.6", "QtNetwork.abi3.so", "Qt6Network.dll"):
        (inside / part).touch()
        with pytest.raises(smoke_test.SmokeError, match=part):
            smoke_test.try_no_network(tmp_path)
        (inside / part).unlink()
