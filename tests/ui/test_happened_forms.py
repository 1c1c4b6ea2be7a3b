"""The forms of what happened all the same: opened from the placement and from Today, filled in, saved."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from discharge.model.happening import Happening
from tests.asked import facts_of, tasks_of
from tests.ui.moves_desk import ADA, WORD, Open, pick
from ui.moves.happened import LEFT, DealForm, HandOverForm, HappenedForm, PassOnForm, TickForm
from ui.record.fact_counts import FactCounts, count_words


def test_a_departure_before_the_home_was_told_is_recorded_by_the_form_and_dealt_with(
    open_moves: Open,
) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.happened")
    form = desk.form(HappenedForm)
    assert not form.setting.isVisible()
    said = " ".join(each.text() for each in form.findChildren(QLabel))
    assert "It goes to Lee Okafor, to be dealt with by" in said
    desk.save(form, fact=LEFT, reason="the ward needed the bed")
    (line,) = desk.ask(facts_of)
    assert Happening.LEFT_UNTOLD in line.facts
    counts = FactCounts(desk.ask(lambda q: q.fact_counts()), theme=desk.place.theme)
    assert any(
        "Abbey Court: left before the home was told, once, 1 not dealt with." in said
        for said in [count_words(one) for one in desk.ask(lambda q: q.fact_counts())]
    )
    counts.deleteLater()
    (news,) = desk.ask(lambda q: q.news())
    told = PassOnForm(news, None, services=desk.place)
    told.open()
    desk.save(told, **WORD)
    assert desk.ask(lambda q: q.news()) == ()
    for made in (
        DealForm(line, None, services=desk.place),
        HandOverForm(line, None, desk.ask(lambda q: q.people()), services=desk.place),
    ):
        made.open()
        desk.settle()
        assert made.windowTitle()
        made.reject()
        made.deleteLater()
    told.deleteLater()


def test_what_is_left_to_do_is_ticked_off(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.happened")
    form = desk.form(HappenedForm)
    form.set_values({"fact": Happening.ARRIVED_ELSEWHERE.value})
    assert form.setting.isVisible()
    desk.save(form, elsewhere="a home in Leeds", reason="the crew was misled")
    for task in desk.ask(tasks_of):
        ticked = TickForm(task, None, services=desk.place)
        ticked.open()
        desk.save(ticked)
        ticked.deleteLater()
    assert desk.ask(tasks_of) == ()
