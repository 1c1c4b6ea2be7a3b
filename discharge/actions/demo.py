"""The demo hub: synthetic, in the shape of three outer-London boroughs in November 2020.

Everything in it was done by actions, one after the other, so that its journal tells the week. The same
bytes come out each time it is made.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from discharge.actions.demo_clock import FOUNDED
from discharge.actions.demo_files import read_people, read_settings
from discharge.actions.demo_story import november, tell_the_story
from discharge.actions.demo_walk import SteppingClock, Walk, confirm_all, expect_people, register
from discharge.actions.desk import Desk, system_clock
from discharge.actions.hub import amend_hub, set_approval_rules
from discharge.actions.people import add_user
from discharge.model.errors import UserError
from discharge.model.hospital import Hospital
from discharge.model.people import ApprovalRule, Role, User
from discharge.model.setting import Span
from discharge.store.file import backup
from discharge.store.file.faults import StoreTrouble, files_said_plainly

HUB_NAME = "Three Boroughs discharge hub (demo)"
AREAS = ("Northmarsh", "Easterbrook", "Heronsley")
CONTACT = {
    "phone": "020 7946 0900",
    "out_of_hours": "020 7946 0901",
    "email": "hub@three-boroughs.example",
    "authority_contact": "Duty social worker, 020 7946 0910",
}
"""Whom papers name; the numbers are kept free for drama."""
HOSPITALS = tuple(
    Hospital(code=code, name=name, board="Three Boroughs Integrated Care Board", region="London")
    for code, name in (("ZZ901", "Northmarsh General"), ("ZZ902", "Heronsley Infirmary"))
)
NORMAL_LIMIT, SURGE_LIMIT = 1_400.0, 2_000.0


def make_demo(path: Path | str, *, fresh: bool = False) -> Path:
    """Makes the demo hub in a file that doesn't exist yet, as it is on Mon 16 Nov 2020 at eight.

    `UserError` where there is a file already, or the folder can't be written; and where the backups or the
    witness of a hub of that name are still there, as the new one would be taken for an older copy of it.
    With `fresh` these are moved into a folder beside it first (`backup.set_remains_aside`).
    """
    path = Path(path).expanduser().absolute()
    if path.exists():
        raise UserError(f"{path.name} is there already.", "Choose another name for the demo hub.")
    if left := backup.remains_of(path):
        if not fresh:
            raise _was_there(path, left)
        backup.set_remains_aside(path, now=system_clock())
    with files_said_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # made aside and put in its place when it is whole
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=path.parent) as aside:
            made = Path(aside) / path.name
            _make(made)
            made.rename(path)
    return path


def _was_there(path: Path, left: Sequence[Path]) -> StoreTrouble:
    names = ", ".join(each.name for each in left[:3])
    sentence = (
        f"A hub {path.name} was here before, and {names} {'are' if len(left) > 1 else 'is'} left of it: "
        "a new one of that name would be taken for an older copy of it."
    )
    other = "Choose another name for the demo hub"
    return StoreTrouble(
        sentence,
        f"{other}, or put the old one together from what is left.",
        command=f'{other}, or let what is left be moved aside (discharge demo "{path}" --fresh): nothing is '
        "deleted.",
    )


def _make(path: Path) -> None:
    clock, numbers = SteppingClock(FOUNDED), itertools.count(1)
    with Desk.open(path, clock=clock, new_id=lambda: f"{next(numbers):032x}") as desk:
        administrator = desk.found(hub=HUB_NAME, name="Sam Okoro", roles=frozenset({Role.ADMINISTRATOR}))
        walk = _staffed(desk, clock, administrator)
        walk.to(november(9, 8, 20))
        register(walk, read_settings(), by=administrator)
        expect_people(walk, read_people())
        tell_the_story(walk)


def _staffed(desk: Desk, clock: SteppingClock, administrator: User) -> Walk:
    """The hub's people, where it works and who may approve what."""

    def add(name: str, role: Role) -> User:
        changed = desk.perform(partial(add_user, name=name, roles=[role]), by=administrator)
        return desk.sign_in(changed.first)

    aisha = add("Aisha Prosser", Role.COORDINATOR)
    tom = add("Tom Whitlock", Role.COORDINATOR)
    grace, martin = add("Grace Adeyemi", Role.LA_LEAD), add("Martin Kell", Role.LA_LEAD)
    leila = add("Dr Leila Haddad", Role.CLINICIAN)
    changes = {"areas": AREAS, "hospitals": HOSPITALS, **CONTACT}
    desk.perform(partial(amend_hub, changes=changes), by=administrator)
    rules = [
        ApprovalRule(name="normal", valid=Span(start=date(2020, 10, 1)), weekly_fee=NORMAL_LIMIT),
        ApprovalRule(
            name="surge",
            valid=Span(start=date(2020, 11, 1), end=date(2020, 12, 1)),
            users=frozenset({martin.id}),
            weekly_fee=SURGE_LIMIT,
        ),
    ]
    reason = "Surge approval for November, as the three directors agreed on 30 October."
    desk.perform(partial(set_approval_rules, rules=rules, reason=reason), by=martin)
    confirm_all(desk, by=grace)
    return Walk(desk, clock, coordinators=(aisha, tom), leads=(grace, martin), clinician=leila)


__all__ = ["AREAS", "HUB_NAME", "make_demo"]
