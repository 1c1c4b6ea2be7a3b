"""Coming in to a sealed hub at the command line: by a passphrase that no other program can read."""

from __future__ import annotations

import io
import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from discharge import cli
from discharge.actions import door
from discharge.actions.signing_in import let_in
from discharge.keys import attempts
from discharge.keys.places import beside, is_sealed, with_backups
from discharge.model.paper import PaperKind
from discharge.model.people import Role
from tests.actions.a_hub import AHub
from tests.actions.a_sealed_hub import ADA, CHEAP, JO, ASealedHub


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A sealed hub of an administrator, a reader and somebody with a one-time word, closed; and the word."""
    hub = ASealedHub(tmp_path_factory.mktemp("door") / "Hub.discharge")
    hub.joined("Jo Reed", JO, Role.READER)
    word = let_in(hub.desk, hub.ada, hub.added("Una Vale", Role.COORDINATOR), cost=CHEAP)
    hub.desk.close()
    return hub.path, word


def said(
    capsys: pytest.CaptureFixture[str], *arguments: object, secret: str | None = None
) -> tuple[int, str]:
    """What a command says, given a passphrase through a descriptor; and its exit code."""
    more: list[str] = []
    if secret is not None:
        ours, theirs = os.pipe()
        os.write(theirs, f"{secret}\nand more".encode())
        os.close(theirs)
        more = ["--passphrase-fd", str(ours)]
    try:
        code = cli.main([*map(str, arguments), *more])
    finally:
        if secret is not None:
            os.close(ours)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize(
    ("named", "secret", "code", "says"),
    [
        (["--as", "U-0001"], ADA, 0, "are sound"),
        (["--as", "ada marsh"], ADA, 0, "are sound"),
        ([], ADA, 2, "Say who you are: --as U-0002"),
        (["--as", "U-0009"], ADA, 2, "U-0009 has no passphrase at this hub"),
        (["--as", "U-0001"], "not that", 2, "That is not the passphrase"),
        (["--as", "U-0001"], None, 2, "no terminal on which to ask"),
        (["--as", "U-0001", "--passphrase-fd", "999"], None, 2, "File descriptor 999 can't be read"),
    ],
)
def test_who_comes_in_says_who_they_are_and_their_passphrase(
    sealed: tuple[Path, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    named: list[str],
    secret: str | None,
    code: int,
    says: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    attempts.clear(sealed[0], "U-0001")
    found, words = said(capsys, "doctor", sealed[0], *named, secret=secret)
    assert says in words
    assert found == code
    assert secret is None or secret not in words


def test_on_a_terminal_it_is_asked_for(
    sealed: tuple[Path, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return ADA

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(door, "getpass", typed)
    assert said(capsys, "doctor", sealed[0], "--as", "U-0001", "--back-up")[0] == 0
    assert asked == ["Passphrase of Ada Marsh: "]


def test_every_command_that_opens_a_hub_opens_a_sealed_one(
    sealed: tuple[Path, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hub = sealed[0]
    homes = tmp_path / "homes.csv"
    for arguments in (
        ["export", "homes", homes, "--hub", hub, "--as", "U-0001"],
        ["situation", hub, "--out", tmp_path / "s.xlsx", "--as", "U-0001"],
        ["out", hub, tmp_path / "everything", "--as", "U-0001"],
        ["import", "sheet", homes, "--hub", hub, "--by", "U-0001", "--dry-run"],
    ):
        code, words = said(capsys, *arguments, secret=ADA)
        assert code == 0, words
    paper = [
        "paper",
        hub,
        "L-0001",
        next(iter(PaperKind)),
        "--out",
        tmp_path / "paper.json",
        "--as",
        "Jo Reed",
    ]
    code, words = said(capsys, *paper, secret=JO)
    assert "was issued" in words, "the hub was opened, and asked"


def test_nobody_does_more_than_they_may(
    sealed: tuple[Path, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hub, word = sealed
    code, words = said(capsys, "out", hub, tmp_path / "everything", "--as", "U-0002", secret=JO)
    assert (code, "Only an administrator" in words) == (2, True)
    code, words = said(
        capsys,
        "import",
        "homes",
        tmp_path / "x.csv",
        "--hub",
        hub,
        "--by",
        "U-0001",
        "--as",
        "U-0002",
        secret=JO,
    )
    assert (code, "somebody else" in words) == (2, True)
    code, words = said(capsys, "situation", hub, "--out", tmp_path / "s.xlsx", "--as", "U-0003", secret=word)
    assert (code, "Choose one in the window first" in words) == (2, True)
    assert not (tmp_path / "everything").exists()


@pytest.mark.whole
def test_a_plain_hub_is_sealed_and_given_another_key_at_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hub = AHub(tmp_path / "Old.hub")
    hub.desk.close()
    assert "Say it with --as: U-0001 (Ana Admin)" in said(capsys, "seal", hub.path, secret=ADA)[1]
    assert "Seal it first" in said(capsys, "seal", hub.path, "--new-key", "--why", "-", "--as", "U-0001")[1]
    assert not is_sealed(hub.path)
    code, words = said(capsys, "seal", hub.path, "--as", "Ana Admin", secret=ADA)
    assert code == 0, words
    assert len(words.split()[-1].split("-")) == 9, "the code of the sheet"
    again = ("seal", hub.path, "--as", "U-0001", "--new-key")
    assert "Say it: --why" in said(capsys, *again, secret=ADA)[1]
    code, words = said(capsys, *again, "--why", "A laptop was lost", secret=ADA)
    assert code == 0, words
    assert said(capsys, "doctor", hub.path, "--as", "U-0001", secret=ADA)[0] == 0


def test_a_sealed_hub_without_any_key_file_is_said_to_be_one(
    sealed: tuple[Path, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hub = copied(sealed[0], tmp_path)
    for path in (beside(hub), with_backups(hub)):
        path.unlink()
    for each in with_backups(hub).parent.glob("*.keys"):
        each.unlink()
    before = hub.read_bytes()
    code, words = said(capsys, "doctor", hub, "--as", "U-0001", secret=ADA)
    assert code == 2
    assert f"it is sealed, and its key file {hub.name}.keys is missing" in words
    assert hub.read_bytes() == before


def test_the_key_file_of_another_hub_is_told_from_its_own_which_lies_with_the_backups(
    sealed: tuple[Path, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hub = copied(sealed[0], tmp_path)
    other = ASealedHub(tmp_path / "Other.hub")
    other.desk.close()
    shutil.copyfile(beside(other.path), beside(hub))
    for command in (["doctor"], ["backup"], ["seal", "--new-key", "--why", "lost"]):
        code, words = said(capsys, command[0], hub, *command[1:], "--as", "U-0001", secret=ADA)
        assert code == 2
        assert f"Put {hub.name}.keys from the folder “{hub.name} backups” in its place" in words
    code, words = said(capsys, "doctor", hub, "--repair", "--as", "U-0001", secret=ADA)
    assert code == 2
    assert "a copy lies in the folder of its backups" in words
    shutil.copyfile(with_backups(hub), beside(hub))
    assert said(capsys, "doctor", hub, "--as", "U-0001", secret=ADA)[0] == 0


@pytest.mark.whole
def test_another_data_key_with_the_clock_behind_the_record_is_refused_with_the_mend(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hub = ASealedHub(tmp_path / "Hub.discharge")
    hub.clock.now = datetime.now(UTC) + timedelta(days=400)
    hub.added("Una Vale", Role.COORDINATOR)
    hub.desk.close()
    before = hub.path.read_bytes()
    said_so = ("seal", hub.path, "--new-key", "--why", "A laptop was lost", "--as", "U-0001")
    code, words = said(capsys, *said_so, secret=ADA)
    assert code == 2
    assert "Set the clock right, then try again. Nothing was changed." in words
    assert hub.path.read_bytes() == before


def copied(hub: Path, to: Path) -> Path:
    """The hub with all that is kept of it, in another folder."""
    folder = to / "copy"
    shutil.copytree(hub.parent, folder)
    return folder / hub.name
