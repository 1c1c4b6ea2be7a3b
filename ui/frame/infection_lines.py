"""What is known of somebody's infection, in the detail of whatever is decided on: one way everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from discharge.model.shown.patients import InfectionTonight, RecordedAttestation, RecordedObservation
from discharge.words import terms
from discharge.words.days import day_words, instant_words
from ui.frame.detail_lines import recorded_words
from ui.theme.status import Status, done, unknown
from ui.widgets.dated import Dated
from ui.widgets.detail import DetailPane
from ui.words.people import infection_status, observation_status


def show_infection(
    pane: DetailPane,
    state: InfectionTonight,
    observations: Sequence[RecordedObservation],
    attestations: Sequence[RecordedAttestation],
    *,
    now: datetime,
) -> None:
    """A section with what the rules ask for tonight, what was observed, and what was attested."""
    pane.section("Infection", remark=f"Rule {state.rule}" if state.rule else "")
    status = infection_status(state, now=now)
    pane.lines([Status(state.sentence or status.word, status.tone)])
    counting = [each for each in observations if not each.withdrawn]
    pane.gap()
    if not counting:
        pane.lines([unknown("No test, symptom or contact is on record.")])
    entries = []
    for each in counting:
        when = terms.observed_on(each.observation)
        at = instant_words(when, now=now) if isinstance(when, datetime) else day_words(when)
        small = recorded_words(by=each.by, at=each.recorded_at, given=each.given, now=now)
        said = terms.observation(each.observation, now=now)
        entries.append(Dated(at, said, status=observation_status(each.observation), small=small))
    if entries:
        pane.dated(entries, first=6)
    if attestations:
        given = ", ".join(terms.ATTESTATIONS[each.attestation].lower() for each in attestations)
        pane.lines([done(f"Attested ({len(attestations)} of 5): {given}")])


__all__ = ["show_infection"]
