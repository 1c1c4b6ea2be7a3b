"""Whether this computer's clock is right: held against its hub's server, or against the last entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from discharge.actions.context import AHEAD, Context
from discharge.words.days import CLOCK_OFF, clock_words, day_and_time

OF_THE_SERVER = "clock:server"
"""The question about a clock that isn't the server's."""


class ClockCheck:
    """Asks whoever does something about the clock that it would be recorded by.

    A desk whose clock is the server's isn't asked, whatever another desk's entries say: that one is.
    """

    def __init__(self) -> None:
        self._answered_for: timedelta | None = None

    def ask(
        self, context: Context, recorded: tuple[datetime, datetime] | None, *, ahead: timedelta | None
    ) -> None:
        """`recorded`: when the first and the last entry were; `ahead`: by how much this clock is ahead of the
        server's, None where there is no server or that isn't known.

        `Asked` where it is wrong; of the server's once, until it is off otherwise.
        """
        if ahead is None:
            _ask_about_the_last_entry(context, recorded)
        elif clock_words(ahead) and (OF_THE_SERVER in context.answers or not self._is_answered(ahead)):
            context.ask(
                OF_THE_SERVER,
                f"This computer's clock is {clock_words(ahead)} by the clock of the hub's server: it says "
                f"{day_and_time(context.now)}, and what is done here would stand on record at that time.",
                "Set the clock right; or say why it is right as it is.",
            )
            self._answered_for = ahead

    def _is_answered(self, ahead: timedelta) -> bool:
        return self._answered_for is not None and abs(ahead - self._answered_for) < CLOCK_OFF


def _ask_about_the_last_entry(context: Context, recorded: tuple[datetime, datetime] | None) -> None:
    """A clock that is behind the last entry would record times before what came before them."""
    if recorded is None or context.now >= recorded[1] - AHEAD:
        return
    year = context.now.year != recorded[1].year
    context.ask(
        f"clock:{recorded[1].isoformat()}",
        f"This computer's clock says {day_and_time(context.now, year=year)}, but the last entry of this hub"
        f" was recorded {day_and_time(recorded[1], year=year)}.",
        "Set the clock right; or say why it is right as it is.",
    )
