"""What was done at this desk and isn't shared yet, or came back, in the words of whoever works there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from discharge.actions.doesnt_fit import about_of, gone, ids_in, somebody_in
from discharge.actions.intents import from_json, sentence
from discharge.model.errors import UserError
from discharge.model.shown.today import Need, TodayLine, When
from discharge.store.ask.queries import Queries
from discharge.store.server.state import Done
from discharge.words.counts import count_words

if TYPE_CHECKING:
    from discharge.actions.shared_desk import Sharing

LONG = timedelta(hours=1)
"""After that what waits to be shared is said on Today."""


@dataclass(frozen=True, slots=True)
class NotThrough:
    """One thing: what it was, and whom or what it was about, by an id that is on record; empty for nobody's.

    `about_person` is the person, where it was about a placement of theirs too.
    """

    done: Done
    words: str
    about: str
    about_person: str = ""


def told(queries: Queries, found: Sequence[Done]) -> tuple[NotThrough, ...]:
    """These in words, in their order; ids are said by the names of people and homes."""
    names = _Names(queries)
    return tuple(_told(one, names) for one in found)


def _told(one: Done, names: _Names) -> NotThrough:
    intents = from_json(one.content)
    called = {each: names.of(each) for intent in intents for each in ids_in(intent)}
    words = "; ".join(dict.fromkeys(sentence(each, called) for each in intents))
    about = next((found for each in intents if (found := about_of(each))), "")
    if not about and not any(map(gone, called)):
        # what stands in the way, where that is on record: "P-0002 has this NHS number already."
        about = somebody_in(one.why)
    person = about if about.startswith("P-") else names.person_of(about)
    return NotThrough(one, words, about, person)


class _Names:
    """What ids are called, each looked up when it is asked for."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def of(self, name: str) -> str:
        if before := gone(name):
            return f"{before}, as it was called at this desk"
        if name.startswith("P-"):
            return _found(lambda: self._queries.patient_details(name).name) or name
        if person := self.person_of(name):
            return f"{name} of {self.of(person)}"
        return self._queries.setting_names().get(name, name)

    def person_of(self, placement: str) -> str:
        if not placement.startswith("L-"):
            return ""
        return _found(lambda: self._queries.placed(placement).patient)


def _found(ask: Callable[[], str]) -> str:
    """What is found; empty where there is nothing of that id."""
    try:
        return ask()
    except UserError:
        return ""


def lines(queries: Queries, sharing: Sharing) -> tuple[TodayLine, ...]:
    """What somebody has to see to of what was done here: a decision that came back, to its author; what has
    waited for more than an hour."""
    standing = sharing.standing()
    found = [_came_back(queries, each) for each in told(queries, sharing.returned())]
    waiting = sharing.not_shared() if standing.waiting else ()
    if waiting and queries.now - waiting[0].happened_at > LONG:
        why = f"It waits until {standing.waits_for} signs in here." if standing.waits_for else standing.why
        steps = count_words(len(waiting), "step isn't", "steps aren't")
        found.append(
            TodayLine(
                key="unshared/all",
                need=Need.UNSHARED,
                when=When.TODAY,
                about="",
                sentence=f"{steps} shared yet: no other desk sees what was done here",
                remark=why,
                due=waiting[0].happened_at,
                priority=0,
            )
        )
    return tuple(found)


def _came_back(queries: Queries, each: NotThrough) -> TodayLine:
    one = each.done
    author = queries.user(one.by)
    return TodayLine(
        key=f"back/{one.number}",
        need=Need.CAME_BACK,
        when=When.NOW,
        about=each.about,
        sentence=f"Came back, not done: {each.words}",
        remark=" ".join(part for part in (one.why, one.mend) if part),
        due=one.happened_at,
        priority=0,
        patient=each.about_person,
        # where its author has left, everybody sees it
        assigned=one.by if author is not None and author.active else "",
    )


__all__ = ["LONG", "NotThrough", "lines", "told"]
