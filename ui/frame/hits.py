"""Whom it hits, said before it is recorded; and the step after, offered once it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.model.shown.patients import Hit, HitThere, PatientRow
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Message
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status, waiting
from ui.widgets.text import Lines

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries

BESIDE = 4
"""So many of those who share a unit are named; of more their number is said."""


def hit_lines(hits: Sequence[Hit], *, name: str, today: date, amends: bool = False) -> list[Status]:
    """Whom something recorded about the person of this name hits: a line a stay, and one for who shares its
    unit.

    `amends`: it is their record that is amended, not a result.
    """
    before = "what was on record before" if amends else "a result before this one"
    lines: list[Status] = []
    for hit in hits:
        doing = "is at" if hit.is_there else "goes to"
        when = "" if hit.is_there else f" from {day_words(hit.start, today=today)}"
        told = f"; it was told {before}" if hit.was_told else ""
        ring = f" Ring {hit.phone}." if hit.phone else ""
        to_come = hit.state is PlacementState.ARRIVED and not hit.is_there
        settled = hit.state is PlacementState.ENDED
        state = "planned after that" if to_come else "settled there" if settled else hit.state.words
        where = f"{hit.setting_name}, unit {hit.unit}{when} ({state})"
        lines.append(waiting(f"This hits a placement: {name} {doing} {where}{told}.{ring}"))
        if hit.beside:
            names = ", ".join(hit.beside[:BESIDE])
            more = f" and {len(hit.beside) - BESIDE} more" if len(hit.beside) > BESIDE else ""
            lines.append(waiting(f"Shares the unit: {names}{more}."))
    return lines


def after_words(hits: Sequence[Hit], *, name: str) -> tuple[str, str]:
    """What has to be seen to once it is recorded, and how."""
    homes = dict.fromkeys(f"{hit.setting_name}{f' ({hit.phone})' if hit.phone else ''}" for hit in hits)
    told = any(hit.was_told or hit.is_there for hit in hits)
    before = any(hit.state in BEFORE_DEPARTED for hit in hits)
    steps = []
    if told:
        steps.append("Tell the home now." if len(homes) == 1 else "Tell them now.")
    if before:
        steps.append("Where a rule forbids it now, withdraw it and plan again.")
    return f"This may change where {name} is or goes: {', '.join(homes)}.", " ".join(steps)


class WhomItHits(Lines):
    """Stands in a form about a person; empty where they have no placement.

    `amends`: in the form that amends their record, shown by `heed` once something is changed that counts.
    """

    def __init__(self, form: ActionForm, *, patient: PatientRow, amends: bool = False) -> None:
        super().__init__(theme=form.theme, parent=form)
        self._amends = amends
        self._heeded = not amends
        self._place = form.services
        self._patient = patient
        self._hits: tuple[Hit, ...] = ()
        self.setAccessibleName("Whom this hits")
        if amends:
            near = form.theme.px(Space.NEAR)
            self.setContentsMargins(0, near, 0, near)
            form.add_above_foot(self)  # the form is long, and this is read before it is saved
        else:
            form.add_widget(self)
        self.hide()
        name = patient.id
        self._place.ask(lambda queries: queries.hits(name), self._take, replaces="form/hits")

    def _take(self, hits: tuple[Hit, ...]) -> None:
        self._hits = hits
        self.show_lines(self._lines())
        self.setVisible(bool(hits) and self._heeded)

    def _lines(self) -> list[Status]:
        name, today = self._patient.name, self._place.today()
        return hit_lines(self._hits, name=name, today=today, amends=self._amends)

    def heed(self, counts: bool) -> None:
        """Whether something was changed that counts for a placement."""
        self._heeded = counts
        self.setVisible(bool(self._hits) and counts)

    def words(self) -> list[str]:
        """What it says."""
        return [status.word for status in self._lines()]

    def go_on(self, _changed: Changed) -> None:
        """It is recorded: offer the placement that it hits, and say whom to ring."""
        if not self._hits or not self._heeded:
            return
        first = self._hits[0]
        page = "approvals" if first.state is PlacementState.PROPOSED else "moves"
        sentence, mend = after_words(self._hits, name=self._patient.name)
        self._place.tell(
            Message(
                sentence,
                mend,
                tone=Tone.WAITING,
                button="Show the placement",
                do=partial(self._place.go, page, first.placement),
            )
        )


def there_lines(hits: Sequence[HitThere], *, today: date, fewer: bool = False) -> list[Status]:
    """Whom something recorded about a setting hits: who is there, and who is to come. `fewer`: fewer beds are
    free, which takes nobody's bed who is in it.
    """

    def named(those: Sequence[HitThere]) -> str:
        names = ", ".join(_there_words(each, today=today) for each in those[:BESIDE])
        return f"{names} and {len(those) - BESIDE} more" if len(those) > BESIDE else names

    coming = [each for each in hits if not each.is_there]
    if fewer:
        asked = "Ask whether their bed is still kept."
        return [waiting(f"This may hit whoever is to come: {named(coming)}. {asked}")] if coming else []
    lines = []
    if there := [each for each in hits if each.is_there]:
        lines.append(waiting(f"This hits whoever is there: {named(there)}."))
    if coming:
        lines.append(waiting(f"This hits whoever is to come: {named(coming)}."))
    return lines


def _there_words(hit: HitThere, *, today: date) -> str:
    if hit.is_there:
        return hit.name
    if hit.on_the_way:
        return f"{hit.name} (on the way now)"
    return f"{hit.name} from {day_words(hit.start, today=today)}"


class WhomItHitsThere(Lines):
    """Stands in a form about a setting, a unit or a group of beds; empty where nobody is or goes there."""

    def __init__(self, form: ActionForm, *, setting: str) -> None:
        super().__init__(theme=form.theme, parent=form)
        self._place, self._setting = form.services, setting
        self._hits: tuple[HitThere, ...] = ()
        self._fewer = False
        self.setAccessibleName("Whom this hits")
        self._stand_in(form)
        self.hide()
        self._begin()

    def _stand_in(self, form: ActionForm) -> None:
        form.add_widget(self)

    def _begin(self) -> None:
        self.heed()

    def heed(self, unit: str | None = None, beds: str | None = None) -> None:
        """Whom it hits of this unit, or group of beds; else of the whole setting."""
        self._ask([(unit, beds)])

    def _ask(self, groups: Sequence[tuple[str | None, str | None]]) -> None:
        setting = self._setting

        def read(queries: Queries) -> tuple[HitThere, ...]:
            found = [each for unit, beds in groups for each in queries.hits_there(setting, unit, beds)]
            return tuple({each.placement: each for each in reversed(found)}.values())[::-1]

        self._place.ask(read, self._take, replaces="form/hits_there")

    def _take(self, hits: tuple[HitThere, ...]) -> None:
        self._hits = hits
        lines = there_lines(hits, today=self._place.today(), fewer=self._fewer)
        self.show_lines(lines)
        self.setVisible(bool(lines))

    def words(self) -> list[str]:
        """What it says."""
        lines = there_lines(self._hits, today=self._place.today(), fewer=self._fewer)
        return [status.word for status in lines]


class WhomFewerBedsHit(WhomItHitsThere):
    """Stands above the buttons of a form that says which beds are free; empty until fewer are."""

    def __init__(self, form: ActionForm, *, setting: str) -> None:
        self._groups: frozenset[tuple[str | None, str | None]] = frozenset()
        super().__init__(form, setting=setting)
        self._fewer = True

    def _stand_in(self, form: ActionForm) -> None:
        near = form.theme.px(Space.NEAR)
        self.setContentsMargins(0, near, 0, near)
        form.add_above_foot(self)

    def _begin(self) -> None:
        """Nothing is said yet."""

    def heed_fewer(self, groups: Iterable[tuple[str | None, str | None]]) -> None:
        """In these units and groups of beds fewer are free than on record."""
        if (wanted := frozenset(groups)) != self._groups:
            self._groups = wanted
            self._ask(sorted(wanted, key=str))
