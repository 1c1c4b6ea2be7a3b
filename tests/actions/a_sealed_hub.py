"""A hub that is signed in to by passphrases, cheap ones to try."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from discharge.actions import people
from discharge.actions.desk import Desk
from discharge.actions.signing_in import choose_passphrase, found_sealed, let_in, sign_in, unlocked
from discharge.keys.passphrases import Cost
from discharge.keys.slots import Unlocked
from discharge.model.people import Role, User
from tests.actions.a_hub import Clock

CHEAP = Cost(1, 8 * 2**10)
ADA, JO = "four quiet lamps by the canal", "seven slow herons in a teapot"
ANOTHER = "nine warm bricks under the snow"


class ASealedHub:
    """A hub that Ada Marsh has founded with a passphrase."""

    def __init__(self, path: Path) -> None:
        self.clock, self.path = Clock(), path
        self.desk, self.ada, self.first, self.code = found_sealed(
            path, hub="Three Boroughs", name="Ada Marsh", passphrase=ADA, clock=self.clock, cost=CHEAP
        )

    def unlocked(self, holder: str, secret: str) -> Unlocked:
        """Tried at the door, now."""
        return unlocked(self.path, holder, secret, now=self.clock.now)

    def comes(self, holder: str, secret: str) -> User:
        """Comes in with a passphrase."""
        return sign_in(self.desk, self.unlocked(holder, secret))

    def added(self, name: str, *roles: Role) -> str:
        """Adds somebody, who has no way in yet; their id."""
        return self.desk.perform(partial(people.add_user, name=name, roles=roles), by=self.ada).first

    def joined(self, name: str, passphrase: str, *roles: Role) -> User:
        """Somebody who was added, let in, and has chosen their passphrase."""
        who = self.added(name, *roles)
        word = let_in(self.desk, self.ada, who, cost=CHEAP)
        opened = self.unlocked(who, word)
        sign_in(self.desk, opened)
        choose_passphrase(self.desk, opened, passphrase, cost=CHEAP)
        return self.desk.sign_in(who)

    def anew(self) -> None:
        """Closes the window and opens it again: nobody has come in."""
        self.desk.close()
        self.desk = Desk.open(self.path, clock=self.clock, unlocked=self.first)
