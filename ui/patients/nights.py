"""A person's infection story night by night: stretches that are alike, as a picture and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from discharge.model.london import london_date
from discharge.model.shown.patients import InfectionTonight, NightAsk, RecordedObservation
from discharge.words import terms
from discharge.words.days import day_words, isolated_until
from ui.patients.night_bar import Seen, Stretch
from ui.theme.status import Status, danger, done, neutral, waiting

_SHORT = {"blocked": "Can't leave", "designated": "Designated", "isolation": "Isolation"}


def stretches(nights: Sequence[NightAsk], *, today: date) -> list[Stretch]:
    """Nights that are alike in what they ask, joined."""
    found: list[Stretch] = []
    for night in nights:
        gone = night.night < today and night.requirement == "open"
        status = neutral("In hospital", "No infection asked for more.") if gone else _status(night)
        after = night.night + timedelta(days=1)
        if found and found[-1].status == status:
            found[-1] = Stretch(found[-1].start, after, status, found[-1].hatched)
        else:
            found.append(
                Stretch(night.night, after, status, night.requirement in ("designated", "isolation"))
            )
    return found


def _status(night: NightAsk) -> Status:
    made = {"blocked": danger, "designated": waiting, "isolation": waiting, "own_room": done, "open": done}
    word = _SHORT.get(night.requirement) or terms.REQUIREMENTS.get(night.requirement, night.requirement)
    sentence = f"{night.sentence} (rule {night.rule})" if night.rule else night.sentence
    return made[night.requirement](word, sentence)


def said(nights: Sequence[NightAsk], *, today: date, state: InfectionTonight) -> list[str]:
    """What is asked from tonight on: "Designated bed until Thu 19 Nov", "Then own room until …"."""
    ahead = [night for night in nights if night.night >= today]
    found: list[str] = []
    start = 0
    for at, night in enumerate(ahead):
        last = at + 1 == len(ahead)
        if not last and ahead[at + 1].requirement == night.requirement:
            continue
        name = terms.REQUIREMENTS.get(night.requirement, night.requirement)
        name = f"Then {name[0].lower()}{name[1:]}" if start else name
        if not last:
            ends = ahead[at + 1].night
            is_least = ends == state.isolation_end and night.requirement in ("designated", "isolation")
            least = state.isolation_least if is_least else None
            found.append(f"{name} {isolated_until(ends, least, today=today)}")
        elif state.open_ended and night.requirement in ("designated", "isolation"):
            found.append(f"{name} {isolated_until(None, state.isolation_least, today=today)}")
        elif not start and night.requirement == "blocked":
            found.append(f"{name}: {night.sentence[0].lower()}{night.sentence[1:].rstrip('.')}")
        else:
            found.append(name if night.requirement == "open" or not start else f"{name} from then on")
        start = at + 1
    return found


def seen(
    observations: Sequence[RecordedObservation], *, status: dict[str, Status], now: datetime
) -> list[Seen]:
    """The observations that count, on their days; `status` by their ids."""
    found = []
    for each in observations:
        if each.withdrawn:
            continue
        when = terms.observed_on(each.observation)
        day = london_date(when) if isinstance(when, datetime) else when
        sentence = f"{day_words(day)}: {terms.observation(each.observation, now=now)}"
        shown = status[each.id]
        found.append(Seen(day, Status(shown.word, shown.tone, sentence, shown.icon_name)))
    return found
