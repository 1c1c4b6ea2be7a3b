"""What differs between the kinds of question that somebody answers away from the hub: the words, what is
shown of one, and the fields of its yes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pydantic import TypeAdapter
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from discharge.model.approving import ACCEPT, DECLINE, RELEASE
from discharge.model.london import london_date
from discharge.model.placement import DeclineReason
from discharge.model.shown.placements import ApprovalPage, OfferPage, ReleasePage
from discharge.reports.of_placement import ANSWER_BY
from discharge.words import terms
from discharge.words.days import day_and_time
from ui.approvals.detail import ApprovalDetail
from ui.approvals.words import Decider
from ui.frame.infection_lines import show_infection
from ui.moves.detail import MoveDetail
from ui.theme.status import unknown, waiting
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.detail import DetailPane
from ui.widgets.field import Field
from ui.widgets.principle import PrincipleField
from ui.words.moves import isolation_end_words
from ui.work.planning import Why

if TYPE_CHECKING:
    from discharge.actions.away import Decided
    from discharge.exchange.bundle_file import Bundle, Item

_WHY = TypeAdapter(Why)


class Kind(Protocol):
    """A kind of question in the window: `fields` stand above the note, a single one beside it; `yes` and `no`
    name the commands, `said_yes` and `said_no` what was decided."""

    yes: str
    no: str
    said_yes: str
    said_no: str
    fields: Sequence[QWidget]

    def show(self, item: Item, decided: Decided | None) -> None:
        """Shows this one, and in its fields what was decided on it."""

    def decided(self, decision: str, text: str) -> Decided:
        """What is decided as the fields stand."""

    def where(self, item: Item) -> str:
        """What tells it from others about the same person, in the list."""

    def empty(self, decided: Decided) -> Field | None:
        """The field that this decision lacks; None where it is the note, if anything."""


class OfApproval:
    """A lead approves a placement, or returns it."""

    yes, no = "Approve", "Return"
    said_yes, said_no = "Approved", "Returned"

    def __init__(
        self,
        pane: DetailPane,
        bundle: Bundle,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        decide: Sequence[QAction],
    ) -> None:
        self._decider = Decider(bundle.user, bundle.limit)
        self._filler = ApprovalDetail(pane, theme=theme, now=now, decide=decide, asks=False)
        self.principle = PrincipleField(theme=theme)
        self.fields: Sequence[QWidget] = (self.principle,)

    def show(self, item: Item, decided: Decided | None) -> None:
        """Shows the case as Approvals does."""
        assert isinstance(item.page, ApprovalPage)
        why = None if item.alternatives is None else _WHY.validate_python(dict(item.alternatives))
        self._filler.show(item.page, why, self._decider)
        self.principle.set_value(decided.principle if decided is not None else None)

    def decided(self, decision: str, text: str) -> Decided:
        """The decision with its principle."""
        from discharge.actions.away import Decided

        return Decided(decision, text, self.principle.value())

    def where(self, item: Item) -> str:
        """Where they go first."""
        assert isinstance(item.page, ApprovalPage)
        return item.page.row.first_setting

    def empty(self, decided: Decided) -> Field | None:
        """None: the principle may be left out."""
        return None


class OfRelease:
    """A clinician releases somebody from isolation, or says why not yet."""

    yes, no = "Release", "Don't release"
    said_yes, said_no = "Released", "Not released"

    def __init__(
        self,
        pane: DetailPane,
        bundle: Bundle,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        decide: Sequence[QAction],
    ) -> None:
        self._filler = _ReleaseDetail(pane, theme=theme, now=now, steps=lambda _row: decide)
        self.organism: ChoiceField[str] = ChoiceField("organism", "Organism", [], theme=theme, required=True)
        self.on = DateField(
            "on", "First night without isolation", theme=theme, today=lambda: london_date(now()),
            required=True,
            hint="A day still to come stands as the date until which they isolate.",
        )  # fmt: skip
        self.fields: Sequence[QWidget] = (self.organism, self.on)

    def show(self, item: Item, decided: Decided | None) -> None:
        """Shows the placement as Moves does, with what is known of the infection."""
        assert isinstance(item.page, ReleasePage)
        self._filler.show_release(item.page)
        row = item.page.row
        self.organism.set_choices([(name, terms.organism_choice(name)) for name in row.organisms])
        released = decided.released if decided is not None else None
        only = row.organisms[0] if len(row.organisms) == 1 else None
        self.organism.set_value(released.organism if released is not None else only)
        self.on.set_value(released.on if released is not None else row.isolation_end)

    def decided(self, decision: str, text: str) -> Decided:
        """The decision; a release with whose isolation ends, and when."""
        from discharge.actions.away import Decided
        from discharge.exchange.bundle_file import Released

        organism, on = self.organism.value(), self.on.value()
        if decision != RELEASE or organism is None or on is None:
            return Decided(decision, text)
        return Decided(decision, text, released=Released(organism, on))

    def where(self, item: Item) -> str:
        """Where they are, or go first."""
        assert isinstance(item.page, ReleasePage)
        return item.page.row.current.setting_name

    def empty(self, decided: Decided) -> Field | None:
        """Of a release the first that it lacks."""
        if decided.decision != RELEASE or decided.released is not None:
            return None
        return self.organism if self.organism.value() is None else self.on


class OfOffer:
    """Whoever answers for a home says whether somebody may come, or why not."""

    yes, no = "Accept", "Decline"
    said_yes, said_no = "Accepted", "Declined"

    def __init__(
        self,
        pane: DetailPane,
        _bundle: Bundle,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        decide: Sequence[QAction],
    ) -> None:
        self._pane, self._now, self._decide = pane, now, decide
        reasons = [(reason, reason.words) for reason in DeclineReason]
        self.code: ChoiceField[DeclineReason] = ChoiceField(
            "code", "Why not, where you decline", reasons, theme=theme, none="Choose …"
        )
        self.fields: Sequence[QWidget] = (self.code,)

    def show(self, item: Item, decided: Decided | None) -> None:
        """Shows the offer as it is on paper."""
        assert isinstance(item.page, OfferPage)
        paper, by = item.page.paper, item.page.answer_by
        pane = self._pane
        pane.begin(paper.title, subtitle=paper.subtitle)
        if by is not None:
            more = ": that has passed, the hub may have asked others." if self._now() > by else "."
            pane.lines([waiting(f"Answer by {day_and_time(by)}{more}")])
        pane.buttons(self._decide)
        for part in paper.parts:
            pane.section(part.heading)
            pane.facts([(line.label, line.text) for line in part.lines if line.label != ANSWER_BY])
        pane.end()
        self.code.set_value(decided.code if decided is not None else None)

    def decided(self, decision: str, text: str) -> Decided:
        """The answer; a no with its reason."""
        from discharge.actions.away import Decided

        return Decided(decision, text, code=self.code.value() if decision == DECLINE else None)

    def where(self, item: Item) -> str:
        """To which home."""
        assert isinstance(item.page, OfferPage)
        return item.page.paper.to

    def empty(self, decided: Decided) -> Field | None:
        """Of a no its reason."""
        return self.code if decided.decision != ACCEPT and decided.code is None else None


class _ReleaseDetail(MoveDetail):
    """A placement as Moves shows it, with what a clinician weighs between what is next and its stays."""

    def show_release(self, page: ReleasePage) -> None:
        """Shows this one."""
        self._page = page
        self.show(page.placement)

    def between(self) -> None:
        pane, page, details = self._pane, self._page, self._page.details
        pane.section("End of isolation")
        pane.lines([waiting(f"By the rules: {isolation_end_words(page.row)}")])
        show_infection(pane, page.infection, page.observations, page.attestations, now=self._now())
        pane.section("The person")
        pane.facts(
            [
                ("Pathway", terms.PATHWAYS[page.patient.pathway]),
                ("Ward", terms.ward(details.ward, details.hospital, page.patient.hospital_name)),
                ("Care", terms.care(details.care) or unknown("Not known")),
                ("Needs", terms.needs(details.needs)),
                ("Notes", details.notes),
            ]
        )


__all__ = ["Kind", "OfApproval", "OfOffer", "OfRelease"]
