"""Sending placements to a lead who decides away from the hub: to whom, and the file that is mailed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from discharge.model.people import User
from discharge.model.shown.placements import ApprovalRow
from discharge.rules.approving import against
from discharge.words.counts import count_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.why import WhyFinder
from ui.theme.status import danger, neutral
from ui.widgets.choice_fields import ChoiceField
from ui.work.planning import Why

if TYPE_CHECKING:
    from discharge.actions.bundles import Sent
    from discharge.actions.desk import Desk

FILES = "Files to decide on (*.ddbundle)"
NEAR = 3
"""So many settings go along from which one reason alone keeps somebody, as the page shows."""


class SendForm(ActionForm):
    """To which lead the chosen placements go; saving makes the file, which is on record from then on."""

    def __init__(self, rows: Sequence[ApprovalRow], leads: Sequence[User], *, services: Services) -> None:
        who = rows[0].patient_name if len(rows) == 1 else count_words(len(rows), "placement")
        super().__init__(f"Send as a file: {who}", services=services, save_word="Save the file…", columns=1)
        self._rows, self._who, self._leads = rows, who, {user.id: user for user in leads}
        self._finder = WhyFinder(services, parent=self)
        self.add_who(*(row.who for row in rows))
        self.lead = self.add(
            ChoiceField[str](
                "lead", "Who decides", [(user.id, user.name) for user in leads], theme=self.theme,
                required=True, missing="Choose who decides.",
                hint="The file is sealed to them: nobody else can open it. They open it with this program on"
                " their own machine, with the invitation that an administrator gives them once.",
            )
        )  # fmt: skip
        self._said = self.add_lines()
        self.lead.changed.connect(self._tell)
        self._tell()
        if len(leads) == 1:
            self.lead.set_value(leads[0].id)

    def _tell(self) -> None:
        """Who of them the lead couldn't approve, which the hub refuses to send."""
        if not self._leads:
            self._said.show_lines(
                [danger("No LA lead has signed in at this hub with a passphrase of their own.")]
            )
            return
        user = self._leads.get(str(self.lead.value()))
        if user is None:
            self._said.show_lines([neutral("It can be answered for seven days.")])
            return
        found = [
            danger(f"{row.patient_name}: {stands.sentence}")
            for row in self._rows
            if (stands := _why_not(user, row)) is not None
        ]
        self._said.show_lines(found or [neutral("It can be answered for seven days.")])

    def save(self, values: Mapping[str, Any]) -> None:
        at = self.services.now()
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Save what is to be decided",
            str(Path.home() / f"To decide {at:%Y-%m-%d %H%M}.ddbundle"),
            FILES,
        )
        if not chosen:
            self._wait(False)
            return
        self.save_to(Path(chosen), str(values["lead"]))

    def save_to(self, path: Path, lead: str) -> None:
        """Makes the file for this lead, once it is known what else would do."""
        user = self.services.user
        if user is None:
            return

        def made(sent: Sent) -> None:
            from discharge.actions.whole_files import save

            name = self._leads[lead].name
            self.services.changed.emit(frozenset({"placements"}))
            save(path, sent.content)
            self.finished_well()
            self.services.say(
                f"Saved for {name}: {path.name}. Mail it to them; it can be answered for 7 days."
            )

        def found(whys: Mapping[str, Why]) -> None:
            ids = [row.id for row in self._rows]
            alternatives = {name: asdict(shortened(why)) for name, why in whys.items()}
            work = partial(_make, by=user, placements=ids, whom=lead, alternatives=alternatives)
            self.services.use(work, made, failed=self.refused, words="Making the file")

        def pages(plans: Mapping[str, tuple[str, str]]) -> None:
            _Whys(self._finder, plans, found, parent=self)

        ids = [row.id for row in self._rows]
        self.services.ask(lambda queries: _plans(queries, ids), pages, failed=self.refused)


def shortened(why: Why) -> Why:
    """What of it the page shows: where nothing stands against it, and the nearest of the others."""
    would_do = tuple(each for each in why.settings if not each.reasons)
    near = tuple(each for each in why.settings if len(each.reasons) == 1)[:NEAR]
    return replace(why, settings=(*would_do, *near))


class _Whys(QObject):
    """Asks the engine about one placement after the other; what it couldn't say of one isn't sent along."""

    def __init__(
        self,
        finder: WhyFinder,
        plans: Mapping[str, tuple[str, str]],
        then: Callable[[Mapping[str, Why]], object],
        *,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._finder, self._then = finder, then
        self._left = list(plans.items())
        self._found: dict[str, Why] = {}
        finder.found.connect(self._take)
        finder.lost.connect(lambda _plan, _patient, _error: self._next())
        self._next()

    def _next(self) -> None:
        if not self._left:
            self._then(self._found)
            return
        plan, patient = self._left[0][1]
        placement, _ = self._left.pop(0)
        self._asked = placement
        self._finder.find(plan, patient)

    def _take(self, _plan: str, _patient: str, why: Why) -> None:
        self._found[self._asked] = why
        self._next()


def _why_not(user: User, row: ApprovalRow) -> Any:
    return against(
        user=user, proposers=row.proposers, authority=row.authority, weekly_fee=row.weekly_fee, limit=None
    )


# ------------------------------------------------------------------------ in the store's thread


def _plans(queries: Any, placements: Sequence[str]) -> dict[str, tuple[str, str]]:
    pages = [queries.approval(each) for each in placements]
    return {page.row.id: (page.plan, page.row.patient) for page in pages if page.plan is not None}


def _make(
    desk: Desk,
    *,
    by: User,
    placements: Sequence[str],
    whom: str,
    alternatives: Mapping[str, Mapping[str, Any]],
) -> Sent:
    from discharge.actions.bundles import make_bundle

    return make_bundle(desk, by=by, placements=placements, whom=whom, alternatives=alternatives)


__all__ = ["SendForm", "shortened"]
