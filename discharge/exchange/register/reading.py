"""The CQC's register, in any of its published forms, held against the homes of the hub.

A register says who is registered for what, never what is free: an imported home has no units, no beds
and no capacity return, so that it takes nobody (`capacity_unknown`, N8) until somebody has asked it.
What it says otherwise of a home that the hub has waits for somebody's word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from discharge.exchange.cells import Cells
from discharge.exchange.csv_reading import Progress
from discharge.exchange.register.columns import (
    AFTER,
    AUTHORITY,
    BEDS,
    BEFORE,
    DUAL,
    END,
    ID,
    IS_HOME,
    NOUN,
    PRIMARY,
    PROVIDER,
    STATUS,
)
from discharge.exchange.register.forms import DEACTIVATED, Form
from discharge.exchange.register.homes import (
    LOOK,
    Found,
    Home,
    KnownHome,
    differences,
    fewer_free,
    home_of,
    location_of,
    to_look_at,
    waits_for_a_look,
)
from discharge.exchange.register.kept import KeptRegister
from discharge.exchange.register.leaving import Elsewhere, Leaving, gone_from, left_of
from discharge.exchange.register.opened import RegisterFile
from discharge.exchange.register.places import Places
from discharge.exchange.register.ratings import read_ratings
from discharge.exchange.register.twice import TWICE, ask_to_join, read_dual
from discharge.exchange.report import (
    NO_ANSWERS,
    Answers,
    Imported,
    Outcome,
    Reading,
    Remark,
    RowOutcome,
    imported,
)
from discharge.exchange.table_file import Row
from discharge.model.setting_record import SettingDetails
from discharge.rules.authorities import key, one_name
from discharge.words.counts import count_words

Known = Mapping[str, KnownHome]

_ONE_OUT = "take one of the two rows out"
_SAME = "say that it is, and it goes by this number; or that it is another home"


def read_register(
    source: Path | bytes,
    known: Known,
    *,
    today: date,
    authorities: Collection[str] | None = None,
    answers: Answers = NO_ANSWERS,
    progress: Progress | None = None,
    kept: KeptRegister | None = None,
) -> Imported[Found]:
    """Every row of a register; `known` are the hub's settings by CQC location id, those without one by any.

    `authorities`: homes that are new to the hub are taken in these alone (None: in all); those that the hub
    has are brought up to date wherever they are.

    What differs of a home of the hub (its provider, name, place, beds, rating, services) is held up until its
    row is answered, or all changes are. A home of the hub that has an end date, is deactivated, or is gone
    has left the register. Rows that are gone count only where the file is the whole register of that local
    authority, as far as can be told: it has rows of it, and of the hub's homes there one at most or a tenth
    isn't among them. Otherwise, as in a filtered file, nothing is made of it, and the report says so.

    A new number at the place of a home of the hub, by UPRN, else by postcode and street or name, is held up:
    the same home under a new registration? Where somebody says so (`same`), the home goes by the new number;
    where they say that it is another, it is a new home.

    `kept` has what was read of this file before, held against the same homes, and gets what is read now.

    Raises `BrokenFile` where the file as a whole is no register; `UnclearDays` where it matters whether its
    days have the month first, and nothing proves it.
    """
    file = RegisterFile(source, month_first=answers.month_first, progress=progress, kept=kept)
    ours = {cqc: one for cqc, one in known.items() if one.details.cqc_id == cqc}
    by_hand = [one for one in known.values() if one.details.cqc_id is None]
    if file.form.ratings:
        return read_ratings(file, ours, answers)
    if file.form.dual:
        return read_dual(file, known, answers)
    places = Places([*ours.values(), *by_hand])
    return _Register(file, known, ours, places, today, authorities, answers, kept or KeptRegister()).read()


class _Register:
    """The reading of one file: first every row by itself, then what they say of each other."""

    def __init__(
        self,
        file: RegisterFile,
        known: Known,
        ours: Known,
        places: Places,
        today: date,
        authorities: Collection[str] | None,
        answers: Answers,
        kept: KeptRegister,
    ) -> None:
        self.kept = kept
        self.file, self.known, self.ours, self.today, self.answers = file, known, ours, today, answers
        self.form: Form = file.form
        self.chosen = None if authorities is None else frozenset(key(one_name(name)) for name in authorities)
        self.places = places
        self.first: dict[str, tuple[Row, Mapping[str, str]]] = {}
        self.active: set[str] = set()
        self.areas: set[str] = set()
        self.twice: dict[str, str] = {}
        """Of a building with two registrations: the one that counts, by the other."""
        self.followed: dict[str, list[str]] = {}
        """By the number of a location, those that it followed, where the row says so."""
        self.torn: dict[str, int] = {}
        """By the number of a home, the first row that gives it otherwise than one before: neither counts."""
        self.claimed: dict[str, int] = {}
        """By a home of the hub, the row that is it under a new number, as somebody says."""
        self.passed = 0
        self.readings: list[Reading[Found] | Leaving] = []

    def read(self) -> Imported[Found]:
        """Every row, and what is said of the hub's homes that have none."""
        for row in self.file.rows():
            found = self._one(row)
            if found is None:
                self.passed += 1
            else:
                self.readings.append(found)
        anew = self._anew()
        second = [self._second(one) for one in self.readings]
        rows = {one.outcome.about: one.outcome.row for one in second if isinstance(one, Reading)}
        taken_over = {
            one.found.known.details.cqc_id or "": one.outcome.row
            for one in second
            if isinstance(one, Reading) and isinstance(one.found, Home) and one.found.known is not None
        }
        leaving = frozenset(one.location for one in second if isinstance(one, Leaving))
        elsewhere = Elsewhere(self.ours, self.places, leaving, anew)
        last = [one if isinstance(one, Reading) else self._left(one, elsewhere, taken_over) for one in second]
        there = {*rows, *taken_over, *leaving, *self.active}
        gone = (
            [] if self.form is DEACTIVATED else gone_from(there, self.areas, elsewhere, answers=self.answers)
        )
        notes = [*self.file.notes, *self._passed_over(), *self._again_there(), *(each.note for each in gone)]
        found_all = imported(NOUN, self.file.name, last, notes)
        report = replace(found_all.report, gone=tuple(one.said for one in gone if one.said is not None))
        return Imported(report, (*found_all.found, *(one.found for one in gone if one.found is not None)))

    def _left(self, one: Leaving, elsewhere: Elsewhere, taken_over: Mapping[str, int]) -> Reading[Found]:
        if one.location in taken_over:
            row = taken_over[one.location]
            one.cells.remark(END, f"has left the register, and goes by the number of row {row:,}")
            return Reading(_outcome(one.cells, Outcome.SAME, one.location), None)
        return left_of(one, elsewhere, days=self.file.days, today=self.today, answers=self.answers)

    def _passed_over(self) -> list[str]:
        if self.form.sets_up:
            return []
        said = [f"This form has {self.form.lacks}: it brings homes of the hub up to date, and sets up none."]
        if self.passed:
            rows = count_words(self.passed, "row")
            said.append(f"{rows} of homes or services that the hub doesn't have passed over.")
        return said

    def _anew(self) -> dict[str, list[tuple[str, int]]]:
        """By the number of a home of the hub, the new ones at its place and their rows."""
        found: dict[str, list[tuple[str, int]]] = {}
        for one in self.readings:
            if not isinstance(one, Reading) or one.outcome.row in self.answers.another:
                continue
            if isinstance(one.found, Home) and one.found.known is None:
                for before in self._before(one.found):
                    new = (one.found.details.cqc_id or "", one.outcome.row)
                    found.setdefault(before.details.cqc_id or "", []).append(new)
        return found

    # ------------------------------------------------------------------ a row by itself

    def _one(self, row: Row) -> Reading[Found] | Leaving | None:
        """What one row says; None where it is passed over, and counted."""
        cells = Cells(row)
        location = "" if row.faults else location_of(cells)
        has_left = bool(cells.raw(END) or cells.raw(STATUS)) and not row.faults
        is_home = False if row.faults else cells.yes(IS_HOME)
        if location and not has_left and is_home:
            self.active.add(location)
            self.areas.add(key(one_name(cells.raw(AUTHORITY) or None)))
        if not row.faults and not self.form.sets_up and location and not self._concerns(cells, location):
            return None
        if is_home is False and not row.faults and not (has_left and self.form is DEACTIVATED):
            if location in self.ours and not has_left:
                return self._no_care_home(cells, location)
            return _left_out(cells, location, IS_HOME, "is not a care home")
        if has_left:
            if location in self.ours:
                return Leaving(cells, location, self.ours[location], cells.raw(AFTER))
            if location in self.known:
                said = "is a former number of a home of the hub, and has left the register"
                cells.remark(ID, said)
                return Reading(_outcome(cells, Outcome.SAME, location), None)
            return _left_out(cells, location, END, "has left the register")
        if said_twice := self._again(cells, location):
            return said_twice
        if self._not_chosen(cells, location):
            return _not_wanted(cells, location)
        return self._home(cells, location)

    def _no_care_home(self, cells: Cells, location: str) -> Reading[Found]:
        """A setting of the hub that the register has as no care home: of a home, somebody has to look."""
        one = self.ours[location]
        if one.details.type not in ("care_home", "hot_home"):
            return _left_out(cells, location, IS_HOME, "is not a care home")
        said = f"is no care home in the register; {one.details.name} is one of the hub with {one.at_stake}"
        if cells.row.row in self.answers.another or self.answers.all_changes:
            cells.remark(IS_HOME, f"{said}; it stays, as somebody says")
            return Reading(_outcome(cells, Outcome.SAME, location), None)
        cells.remark(IS_HOME, said, "close it in the hub; or say that it stays as it is")
        return Reading(_outcome(cells, Outcome.HELD, location), None)

    def _again_there(self) -> list[str]:
        """What is said of homes that had left the register, undecided, and that are in this one."""
        back = [one for cqc, one in self.ours.items() if one.left is not None and cqc in self.active]
        return [
            f"{one.details.name} ({one.details.cqc_id}) had left the register and is in this one: it takes"
            " nobody until somebody decides."
            for one in back
        ]

    def _concerns(self, cells: Cells, location: str) -> bool:
        """Of a form that sets up no home: whether the row is of a home of the hub, or at the place of one."""
        if location in self.known:
            return True
        if self.form is DEACTIVATED or not cells.yes(IS_HOME):
            return False
        home = home_of(Cells(cells.row), location, None)
        return home is not None and bool(self.places.at(home.details))

    def _again(self, cells: Cells, location: str) -> Reading[Found] | None:
        """A row of a home that stands in an earlier row already."""
        if not location or cells.row.faults:
            return None
        if location not in self.first:
            self.first[location] = (cells.row, cells.row.cells)
            return None
        before, as_it_was = self.first[location]
        if as_it_was == cells.row.cells:
            cells.remark(ID, f"the same home stands in row {before.row} already")
            return Reading(_outcome(cells, Outcome.SAME, location), None)
        self.torn.setdefault(location, cells.row.row)
        cells.fault(ID, f"row {before.row} gives the same home otherwise", _ONE_OUT)
        return Reading(_outcome(cells, Outcome.REJECTED, location), None)

    def _not_chosen(self, cells: Cells, location: str) -> bool:
        """A home that is new to the hub, in an authority that isn't among the chosen ones."""
        if self.chosen is None or cells.faults or location in self.known:
            return False
        return key(one_name(cells.raw(AUTHORITY) or None)) not in self.chosen

    def _home(self, cells: Cells, location: str) -> Reading[Found]:
        primary = cells.raw(PRIMARY) if location and cells.raw(DUAL) else ""
        if primary.casefold() not in ("", "y", "yes", location.casefold()):
            self.twice[location] = primary
        self.followed[location] = [each for each in cells.raw(BEFORE).split("; ") if each]
        before = self.ours.get(location)
        home = None if cells.row.faults else self.kept.home_of(cells, location, before)
        if home is None or cells.faults:
            return Reading(_outcome(cells, Outcome.REJECTED, location), None)
        if before is None:
            if (whole := self.known.get(location)) is not None:
                cells.remark(ID, f"is a former number of {whole.details.name}, which goes by another now")
                return Reading(_outcome(cells, Outcome.SAME, location), None)
            outcome = Outcome.CHANGED if cells.remarks else Outcome.TAKEN
            found = replace(_outcome(cells, outcome, location, new=True), who=home.details.name)
            return Reading(found, home)
        return self._differing(cells, home, before)

    def _differing(self, cells: Cells, home: Home, before: KnownHome) -> Reading[Found]:
        """A home of the hub, with what the register says otherwise of it."""
        location = before.details.cqc_id or ""
        if home.details == before.details:
            return Reading(_outcome(cells, Outcome.SAME, location), None)
        changes = differences(before.details, home.details)
        old, new = before.details.provider, home.details.provider
        if old and old != new:
            cells.remark(PROVIDER, f"has changed hands: {old} before, {new} now", LOOK)
        if fewer := fewer_free(before, home.details, today=self.today):
            cells.remark(BEDS, fewer, "ask the home which beds it still has")
        row = cells.row.row
        looked_at = row in self.answers.another or self.answers.all_changes
        asked = [] if looked_at else to_look_at(before.details, home.details)
        if asked:
            cells.remark("", waits_for_a_look(asked), LOOK)
            held = _outcome(cells, Outcome.HELD, location)
            return Reading(replace(held, changes=changes), None)
        outcome = Outcome.CHANGED if cells.remarks else Outcome.TAKEN
        return Reading(replace(_outcome(cells, outcome, location), changes=changes), home)

    # ---------------------------------------------------------- what rows say of each other

    def _second(self, one: Reading[Found] | Leaving) -> Reading[Found] | Leaving:
        """The same, with what the whole file says of it."""
        if isinstance(one, Leaving) or one.outcome.outcome is Outcome.REJECTED:
            return one
        location = one.outcome.about
        if location in self.torn:
            said = Remark(ID, f"row {self.torn[location]} gives the same home otherwise", _ONE_OUT)
            torn = replace(one.outcome, outcome=Outcome.REJECTED, remarks=(said,), changes=(), new=False)
            return Reading(torn, None)
        primary = self.twice.get(location, "")
        if primary and (primary in self.active or primary in self.known):
            return self._second_registration(one, primary)
        others = [other for other, counts in self.twice.items() if counts == location]
        if others:
            one = self._counts_for(one, others)
        home = one.found
        if isinstance(home, Home) and home.known is None:
            return self._maybe_ours(one, home)
        return one

    def _second_registration(self, one: Reading[Found], primary: str) -> Reading[Found]:
        """The second of two registrations of a building: never a home beside the first."""
        outcome = one.outcome
        here, there = self.known.get(outcome.about), self.known.get(primary)
        if here is not None and there is not None and here.id != there.id:
            return ask_to_join(outcome, here, there, primary, self.answers)
        said = f"is the second registration of the building of {primary}: its beds are counted there alone"
        remark = Remark(DUAL, said, TWICE)
        rejected = RowOutcome(
            outcome.row, outcome.line, Outcome.REJECTED, (remark,), about=outcome.about, harmless=True
        )
        return Reading(rejected, None)

    def _counts_for(self, one: Reading[Found], others: list[str]) -> Reading[Found]:
        also = ", ".join(others)
        remark = Remark(
            DUAL, f"is registered twice, also as {also}: it is one home, and its beds count once", ""
        )
        outcome = replace(one.outcome, remarks=(*one.outcome.remarks, remark))
        if outcome.outcome is Outcome.TAKEN:
            outcome = replace(outcome, outcome=Outcome.CHANGED)
        home = one.found
        if isinstance(home, Home) and home.known is None:
            notes = f"{home.details.notes} Also registered as {also}."
            home = replace(home, details=home.details.model_copy(update={"notes": notes}))
        return Reading(outcome, home)

    def _before(self, home: Home) -> list[KnownHome]:
        """The homes of the hub that a new number may be, and that this file has under no number of theirs."""
        location = home.details.cqc_id or ""
        numbers = [other for other, counts in self.twice.items() if counts == location]
        numbers += [each for each in self.followed.get(location, ()) if each not in self.active]
        said = [self.ours[number] for number in numbers if number in self.ours]
        at = [one for one in self.places.at(home.details) if one.details.cqc_id not in self.active]
        return [*said, *(one for one in at if one not in said)]

    def _maybe_ours(self, one: Reading[Found], home: Home) -> Reading[Found]:
        """The same; held up where the home may be one of the hub under a new number."""
        outcome = one.outcome
        before = next(iter(self._before(home)), None)
        if before is None or outcome.row in self.answers.another:
            beside = self.places.at(home.details)
            if not self.form.sets_up:
                return _nothing_to_set_up(outcome, self.form)
            if beside:
                name = f"{beside[0].details.name} ({beside[0].details.cqc_id})"
                remark = Remark(
                    ID,
                    f"stands at the place of {name}, which is registered too",
                    "look whether it is one building, and join the two where it is",
                )
                outcome = replace(outcome, outcome=Outcome.CHANGED, remarks=(*outcome.remarks, remark))
            return Reading(outcome, home)
        number = before.details.cqc_id
        same = f"stands at the address of {number or 'a home without a number'}, {before.details.name}"
        claimed = self.claimed.get(before.id, outcome.row)
        if self.answers.same.get(outcome.row) != before.id or claimed != outcome.row:
            also = f"row {claimed:,} is it already" if claimed != outcome.row else "likely the same home"
            asked = Remark(ID, f"{same}: registered anew, {also}", _SAME)
            changes = differences(before.details, _taken_over(home, before))
            held = replace(outcome, outcome=Outcome.HELD, remarks=(asked, *outcome.remarks), changes=changes)
            return Reading(replace(held, new=False, maybe=before.id), None)
        self.claimed[before.id] = outcome.row
        told = Remark(ID, f"{same}: the same home, taken over under this number", "")
        after = replace(home, id=before.id, details=_taken_over(home, before), known=before)
        row = replace(outcome, outcome=Outcome.CHANGED, remarks=(told, *outcome.remarks), new=False)
        return Reading(row, after)


def _taken_over(home: Home, before: KnownHome) -> SettingDetails:
    """The record of a home under its new registration: what only the hub knows stays."""
    said = {name: value for name, value in home.details.model_dump().items() if value not in (None, "", ())}
    only_hub = ("type", "age_min", "age_max", "notes")
    kept = {name: value for name, value in said.items() if name not in only_hub}
    return SettingDetails.model_validate({**before.details.model_dump(), **kept})


def _nothing_to_set_up(outcome: RowOutcome, form: Form) -> Reading[Found]:
    remark = Remark(
        "", f"is no home of the hub, and this form has {form.lacks} to set one up", "nothing to mend"
    )
    return Reading(
        RowOutcome(
            outcome.row, outcome.line, Outcome.REJECTED, (remark,), about=outcome.about, harmless=True
        ),
        None,
    )


def _outcome(
    cells: Cells, outcome: Outcome, location: str, *, new: bool = False, harmless: bool = False
) -> RowOutcome:
    remarks = tuple(cells.faults if outcome is Outcome.REJECTED else cells.remarks)
    row = cells.row
    return RowOutcome(row.row, row.line, outcome, remarks, about=location, harmless=harmless, new=new)


def _left_out(cells: Cells, location: str, field: str, reason: str) -> Reading[Found]:
    cells.faults.clear()
    cells.fault(field, reason, "nothing to mend; if the hub uses it, close it there")
    return Reading(_outcome(cells, Outcome.REJECTED, location, harmless=True), None)


def _not_wanted(cells: Cells, location: str) -> Reading[Found]:
    where = cells.raw(AUTHORITY)
    reason = f"is in {where}, which wasn't chosen" if where else "names no authority, and some were chosen"
    cells.faults.clear()
    cells.fault(AUTHORITY, reason, "nothing to mend; choose it too where the hub sends people there")
    return Reading(_outcome(cells, Outcome.REJECTED, location, harmless=True), None)
