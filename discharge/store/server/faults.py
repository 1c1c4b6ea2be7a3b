"""What a server refuses, or doesn't answer, as sentences with a way on.

Told by PostgreSQL's own codes; where libpq gives none, as before anybody came in, by its English words. No
sentence has a value of a row in it.
"""

from __future__ import annotations

from discharge.model.errors import UserError

_IT = "Tell the hub's IT."
_WORK_ON = "Work goes on here meanwhile; what you do is shared once that is mended."


class ServerTrouble(UserError):
    """The server can't be used as it is; what is done here meanwhile is kept here.

    `command`, at the command line, speaks to the hub's IT.
    """


class ServerGone(ServerTrouble):
    """The server doesn't answer: it can't be reached, the connection was lost, or it is starting.

    `unknown_outcome`: what was being appended may stand there or not; whoever appended looks.
    """

    command = "See that it runs, and that this machine reaches it: its name, its port, the firewall."

    def __init__(self, sentence: str, mend: str = "", *, unknown_outcome: bool = False) -> None:
        super().__init__(sentence, mend)
        self.unknown_outcome = unknown_outcome

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.sentence, self.mend), {"unknown_outcome": self.unknown_outcome})


class ServerSlow(ServerTrouble):
    """The server took too long for one thing and stopped it: nothing was changed."""

    command = "Nothing was changed. See whose session holds it up (pg_stat_activity), then do it again."


class ServerFull(ServerTrouble):
    """The server has no room left: nothing was changed."""

    command = "Nothing was changed. Give it room, then do it again."


class ServerReadOnly(ServerTrouble):
    """The server can only be read from: a standby, or one that was set so."""

    command = "Nothing was changed. Name the server that can be written to."


class PasswordRefused(ServerTrouble):
    """The role or its password isn't taken."""

    command = "Check the role, its password, and its line in pg_hba.conf."


class CertificateRefused(ServerTrouble):
    """The server isn't shown to be the one that it should be, or the connection isn't encrypted."""

    command = "Check the authority's file, the names and dates of the certificate, and this machine's clock."


class WrongHub(ServerTrouble):
    """The database holds another hub."""


class NoHub(ServerTrouble):
    """The database isn't there, isn't prepared, or holds no hub yet."""

    command = "Check the address; if it is right: discharge server init."


class SchemaTooOld(ServerTrouble):
    """The database was prepared by an older program; nothing is written until it is brought up to date."""

    command = "Bring it up to date: discharge server init."


class SchemaTooNew(ServerTrouble):
    """A newer program has changed the database; this one may no longer write there."""


class RightMissing(ServerTrouble):
    """The role lacks a right that desks need."""

    command = "Come in as the owner of the database, or make the role a member of discharge_desk."


class ServerBug(Exception):
    """The server refused what a correct program never sends: a bug. Says PostgreSQL's code, and no value."""


def before_sharing(error: ServerTrouble) -> str:
    """What mends it for a desk that isn't one of the hub's yet: nothing of its work waits."""
    return error.mend.replace(_WORK_ON, "").strip() or "See that this machine reaches it, and try it again."


def gone(where: str, *, unknown_outcome: bool = False) -> ServerGone:
    """That the server at `where` doesn't answer."""
    return ServerGone(f"The server {where} doesn't answer.", _WORK_ON, unknown_outcome=unknown_outcome)


def no_hub(where: str) -> NoHub:
    """That there is no hub in a database that is prepared for one."""
    return NoHub(f"There is no hub at {where} yet.", "Bring a hub there first, or check the address.")


def not_prepared(where: str) -> NoHub:
    """That a database has none of our tables."""
    return NoHub(
        f"The database {where} isn't prepared for a hub.",
        f"Check the address. If it is right, {_IT[0].lower()}{_IT[1:-1]} to run `discharge server init`.",
    )


def wrong_hub(where: str) -> WrongHub:
    """That a database holds another hub than the one that was asked for."""
    return WrongHub(f"The database {where} holds another hub than this one.", "Check the address.")


def too_new(where: str, found: int, known: int) -> SchemaTooNew:
    """That this program is too old to write there."""
    return SchemaTooNew(
        f"The hub at {where} is written by a newer program (schema {found}; this one knows {known}).",
        "Update Discharge Desk on this machine; until then this desk reads what it has, and shares nothing.",
    )


def too_old(where: str, found: int, known: int) -> SchemaTooOld:
    """That the database is older than this program."""
    return SchemaTooOld(
        f"The hub at {where} has an older schema ({found}) than this program needs ({known}).",
        f"{_IT[:-1]}: `discharge server init` brings it up to date.",
    )


_GONE = ("08", "57P")
"""Classes of codes: the connection, and a server that stops or starts."""


def said(code: str | None, text: str, where: str, *, under_way: bool = False) -> Exception:
    """What PostgreSQL's code, or libpq's words, mean; `under_way`: a commit was, so it may have happened.

    A `ServerTrouble`, or `ServerBug` for what isn't of the user's world.
    """
    if code is None:
        return _by_words(text.casefold(), where, under_way=under_way)
    if code.startswith(_GONE):
        return gone(where, unknown_outcome=under_way)
    if code in ("28P01", "28000"):
        return _password(where)
    if code in ("3D000", "3F000", "42P01"):
        return not_prepared(where)
    if code == "42501":
        return RightMissing(
            f"The role that this desk comes in with may not do that at {where}.",
            f"{_IT[:-1]}: it has to be a member of discharge_desk; `discharge server check` says what it is.",
        )
    if code in ("25006", "25P02"):
        return ServerReadOnly(
            f"The server {where} can only be read from: it is a standby, or was set so.",
            f"Nothing was changed. {_IT} {_WORK_ON}",
        )
    if code == "53300":
        return ServerGone(f"The server {where} lets nobody else in: too many are.", f"{_IT} {_WORK_ON}")
    if code in ("53100", "53200", "53400", "58030") or code.startswith("53"):
        return ServerFull(
            f"The server {where} has no room left on its disk or in its memory.",
            f"Nothing was changed. {_IT} {_WORK_ON}",
        )
    if code in ("57014", "55P03", "25P03", "40P01"):
        return ServerSlow(
            f"The server {where} took too long and stopped.", f"Nothing was changed. {_WORK_ON}"
        )
    if code.startswith(("58", "XX")):
        return ServerTrouble(f"The server {where} reports a fault of its own ({code}).", f"{_IT} {_WORK_ON}")
    return ServerBug(f"PostgreSQL refused with {code}")


def _password(where: str) -> PasswordRefused:
    return PasswordRefused(
        f"The server {where} doesn't take the role or the password that this desk comes in with.",
        f"Ask the hub's IT for them, and say them anew. {_WORK_ON}",
    )


def _by_words(text: str, where: str, *, under_way: bool) -> Exception:
    """`text` in small letters."""
    if "does not match host name" in text:
        return CertificateRefused(
            f"The certificate of the server {where} is for another name.",
            f"Use the server's name as its certificate has it, and don't go on otherwise. {_IT}",
        )
    if "root certificate file" in text:
        return CertificateRefused(
            "The file with the certificate that vouches for the server is missing or can't be read.",
            f"Put it back where the address says, or name another. {_IT}",
        )
    if "certificate" in text or "does not support ssl" in text or "ssl error" in text:
        return CertificateRefused(
            f"The server at {where} doesn't show that it is the right one: its certificate is unknown or has "
            "run out, or it has none.",
            f"If this machine's clock is right, somebody may be in between: don't go on. {_IT}",
        )
    if "password" in text or "no pg_hba.conf entry" in text or "authentication" in text:
        return _password(where)
    if "role" in text and ("does not exist" in text or "not permitted" in text):
        return _password(where)
    if "database" in text and "does not exist" in text:
        return not_prepared(where)
    if "permission denied" in text:
        return said("42501", "", where)
    if "read-only" in text or "recovery" in text:
        return said("25006", "", where)
    if "too many" in text or "connection slots" in text:
        return said("53300", "", where)
    return gone(where, unknown_outcome=under_way)


__all__ = [
    "CertificateRefused", "NoHub", "PasswordRefused", "RightMissing", "SchemaTooNew", "SchemaTooOld",
    "ServerBug", "ServerFull", "ServerGone", "ServerReadOnly", "ServerSlow", "ServerTrouble", "WrongHub",
    "before_sharing", "gone", "no_hub", "not_prepared", "said", "too_new", "too_old", "wrong_hub",
]  # fmt: skip
