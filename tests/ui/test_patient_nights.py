"""The infection story night by night: stretches, what they say in words, and the picture."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from discharge.model.shown.patients import InfectionTonight, NightAsk
from ui.patients.night_bar import NightBar, Seen
from ui.patients.nights import said, stretches
from ui.theme.palette import Tone
from ui.theme.status import danger
from ui.theme.theme import Theme

TODAY = date(2020, 11, 16)


def nights(*parts: tuple[str, int], first: date = TODAY) -> list[NightAsk]:
    """So many nights of each requirement, one after another."""
    asks = [requirement for requirement, count in parts for _ in range(count)]
    return [
        NightAsk(first + timedelta(at), ask, "R5" if ask != "open" else "", f"A sentence for {ask}.", ())
        for at, ask in enumerate(asks)
    ]


def state(requirement: str = "designated", *, open_ended: bool = False) -> InfectionTonight:
    return InfectionTonight(requirement, "R5", "", (), None, open_ended, None)


def words(*parts: tuple[str, int], open_ended: bool = False) -> list[str]:
    return said(nights(*parts), today=TODAY, state=state(open_ended=open_ended))


def test_what_is_asked_is_said_with_the_day_on_which_it_ends() -> None:
    assert words(("designated", 3), ("open", 12)) == [
        "Designated bed until Thu 19 Nov",
        "Then any bed",
    ]
    assert words(("isolation", 2), ("own_room", 10), ("open", 3)) == [
        "Isolation until Wed 18 Nov",
        "Then own room until Sat 28 Nov",
        "Then any bed",
    ]
    assert words(("open", 15)) == ["Any bed"]


def test_an_isolation_without_an_end_says_so() -> None:
    assert words(("designated", 15), open_ended=True) == ["Designated bed with no end in sight"]


def test_an_isolation_whose_days_are_a_minimum_says_not_before_they_are_well() -> None:
    end = date(2020, 11, 19)
    minimum = InfectionTonight("isolation", "S4", "", (), end, False, None, isolation_least=end)
    assert said(nights(("isolation", 3), ("open", 9)), today=TODAY, state=minimum)[0] == (
        "Isolation until Thu 19 Nov, and not before they are well"
    )
    unwell = InfectionTonight("isolation", "S4", "", (), None, True, None, isolation_least=end)
    assert said(nights(("isolation", 12)), today=TODAY, state=unwell) == [
        "Isolation until Thu 19 Nov, and not before they are well"
    ]
    past = InfectionTonight("isolation", "S4", "", (), None, True, None, isolation_least=TODAY)
    assert said(nights(("isolation", 12)), today=TODAY, state=past) == ["Isolation until they are well"]


def test_whoever_cannot_leave_hears_why() -> None:
    assert words(("blocked", 15)) == ["Can't leave yet: a sentence for blocked"]


def test_nights_gone_by_are_no_part_of_the_words_and_in_grey_where_nothing_was_asked() -> None:
    before = nights(("open", 2), ("designated", 6), ("open", 7), first=TODAY - timedelta(4))
    assert said(before, today=TODAY, state=state()) == ["Designated bed until Fri 20 Nov", "Then any bed"]
    found = stretches(before, today=TODAY)
    assert [(each.status.word, (each.end - each.start).days, each.hatched) for each in found] == [
        ("In hospital", 2, False),
        ("Designated", 6, True),
        ("Any bed", 7, False),
    ]
    assert [each.status.tone for each in found] == [Tone.NEUTRAL, Tone.WAITING, Tone.DONE]


def test_the_picture_says_each_night_and_what_was_seen_on_it(theme: Theme, qtbot: Any) -> None:
    story = nights(("designated", 3), ("open", 12))
    seen = [
        Seen(TODAY, danger("Positive", "Mon 16 Nov: COVID-19 test: positive")),
        Seen(TODAY - timedelta(30), danger("Symptoms", "Sat 17 Oct: symptoms")),
    ]
    bar = NightBar(
        stretches(story, today=TODAY), today=TODAY, theme=theme, seen=seen, words="Designated bed until Thu"
    )
    qtbot.addWidget(bar)
    assert bar.accessibleName() == "Designated bed until Thu"
    for width in (160, 380, 900):
        bar.resize(width, bar.sizeHint().height())
        assert not bar.grab().isNull()
        assert bar.night_at(0) == TODAY
        assert bar.night_at(width - 1) == TODAY + timedelta(14)
    said_of_first = bar.words_at(TODAY)
    assert said_of_first.startswith("Mon 16 Nov: Designated. A sentence for designated. (rule R5)")
    assert "COVID-19 test: positive" in said_of_first
    # what was seen before the picture begins stands at its beginning
    assert "symptoms" in said_of_first
    assert bar.words_at(TODAY + timedelta(5)) == "Sat 21 Nov: Any bed. A sentence for open."
