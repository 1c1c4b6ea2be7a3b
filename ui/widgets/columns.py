"""How the width of a table is shared out among its columns. Plain numbers; no Qt here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Want:
    """What one column wants, in pixels.

    `floor`: below this it is never made. `least`: below this only when all others are at theirs. `wanted`:
    with this it is content. `natural`: with this nothing in it is cut. `yields`: where it is tight those
    with the lowest give way first. `stretch`: it takes what is left over.
    """

    floor: int
    least: int
    wanted: int
    natural: int
    yields: int = 0
    stretch: bool = False


def set_aside(wants: Mapping[int, Want], width: int, *, last_first: Sequence[int]) -> set[int]:
    """The columns that are left out where there is no room for each at its least: in the order given, and
    of those again none that has room once a wider one is gone. Others than those given always stay.
    """
    aside: list[int] = []
    room = width - sum(want.least for want in wants.values())
    for at in last_first:
        if room >= 0:
            break
        aside.append(at)
        room += wants[at].least
    for at in reversed(aside.copy()):
        if wants[at].least <= room:
            aside.remove(at)
            room -= wants[at].least
    return set(aside)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column stands that is folded below the others: in which line, from where, how wide."""

    at: int
    line: int
    left: int
    width: int


def fold(wide: Mapping[int, int], width: int, *, gap: int) -> tuple[Slot, ...]:
    """Stands columns of these widths in lines, in their order, a new line where one is full. The last of each
    line has what is left of it.
    """
    begins: list[tuple[int, int, int]] = []
    line = left = 0
    for at, wanted in wide.items():
        if left and left + wanted > width:
            line, left = line + 1, 0
        begins.append((at, line, left))
        left += wanted + gap
    lasts = [*(one[1] != next_one[1] for one, next_one in pairwise(begins)), True]
    return tuple(
        Slot(at, line, left, width - left if is_last else min(wide[at], width - left))
        for (at, line, left), is_last in zip(begins, lasts, strict=False)
    )


def share(wants: Mapping[int, Want], width: int) -> dict[int, int]:
    """A width for each column: the sum is `width` where some column stretches, or where it is tight and
    enough of them can give way; else what they want.
    """
    widths = {at: want.wanted for at, want in wants.items()}
    ranks = sorted({want.yields for want in wants.values()})
    for down_to, rank in [("least", rank) for rank in ranks] + [("floor", rank) for rank in ranks]:
        short = sum(widths.values()) - width
        if short <= 0:
            break
        room = {
            at: widths[at] - (want.least if down_to == "least" else want.floor)
            for at, want in wants.items()
            if want.yields == rank
        }
        _take(widths, room, short)
    for rank in reversed(ranks):
        spare = width - sum(widths.values())
        if spare <= 0:
            break
        room = {at: max(0, want.natural - widths[at]) for at, want in wants.items() if want.yields == rank}
        _take(widths, {at: -part for at, part in room.items()}, -spare)
    spare = width - sum(widths.values())
    stretching = [at for at, want in wants.items() if want.stretch]
    if spare > 0 and stretching:
        for number, at in enumerate(stretching):
            widths[at] += spare // len(stretching) + (number < spare % len(stretching))
    return widths


def _take(widths: dict[int, int], room: Mapping[int, int], amount: int) -> None:
    """Takes `amount` from the columns in proportion to their room (both negative: give it to them)."""
    whole = sum(room.values())
    if not whole:
        return
    if abs(amount) >= abs(whole):
        amount = whole
    left = amount
    for number, (at, part) in enumerate(room.items()):
        last = number == len(room) - 1
        taken = left if last else round(amount * part / whole)
        taken = max(min(taken, max(part, 0)), min(part, 0))
        widths[at] -= taken
        left -= taken
    # what rounding left over goes to whoever still has room
    for at, part in room.items():
        if not left:
            break
        step = max(min(left, max(part, 0)), min(part, 0))
        widths[at] -= step
        left -= step
