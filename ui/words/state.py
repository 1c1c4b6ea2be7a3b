"""Where a placement stands, as every list shows it: with the reason where a rule is broken."""

from __future__ import annotations

from discharge.model.flags import Flag, Mend, Severity, by_weight, chief
from discharge.model.placement import PlacementState
from discharge.words import terms
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, neutral, unknown


def state_status(state: PlacementState, flags: tuple[Flag, ...], *, sentence: str = "") -> Status:
    """Where a placement stands; where a rule is broken the state itself says so, with the reason."""
    word, flag = terms.STATES[state], chief(flags)
    if flag is None or not state.is_active:
        return neutral(word, sentence)
    said = " ".join(each.sentence for each in by_weight(flags))
    if flag.severity is Severity.LOOKING:
        return unknown(word, said)
    if not flag.blocks:
        return Status(f"{word}: decide", Tone.WAITING, said, "flag")
    if state is PlacementState.DEPARTED:
        return danger("On the way: stop", said)
    if state is PlacementState.ARRIVED:
        return danger("Arrived: act" if flag.mend is Mend.MOVE_OUT else "Next stopped", said)
    return danger(f"{word}: stop", said)
