"""Forms that weren't finished: what is typed is kept as a draft, for a crash, and offered again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from discharge.model.errors import UserError
from discharge.words.days import instant_words
from ui.frame.services import Message, Services
from ui.theme.palette import Tone
from ui.widgets.form import FormDialog

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.store.file.drafts import Draft

PAUSE_MS = 1_200
"""A draft is written when nothing has been typed for so long."""


class DraftKeeper(QObject):
    """Keeps the draft of one form: written at every pause of typing, gone when the form is saved or left."""

    def __init__(self, form: FormDialog, *, services: Services, kind: str, draft: Draft | None) -> None:
        super().__init__(form)
        self._form = form
        self._place = services
        self._kind = kind
        self._name = draft.name if draft is not None else uuid.uuid4().hex
        self._there = draft is not None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._keep)
        form.edited.connect(self._typed)
        form.finished.connect(self._drop)

    def _typed(self) -> None:
        self._pause.start()

    def _keep(self) -> None:
        user = self._place.user
        if user is None or not self._form.isVisible() or not self._form.dirty():
            return
        typed, name, kind = self._form.typed(), self._name, self._kind
        self._there = True
        self._place.use(
            lambda desk: desk.keep_draft(name, form=kind, by=user, typed=typed),
            lambda _kept: None,
            failed=self._not_kept,
        )

    def _not_kept(self, error: UserError) -> None:
        """Once is enough: the form itself is as good as ever."""
        self._there = False
        self._form.edited.disconnect(self._typed)
        self._place.tell(Message(f"No draft can be kept. {error.sentence}", error.mend))

    def _drop(self) -> None:
        self._pause.stop()
        if self._there:
            self._there = False
            name = self._name
            self._place.use(lambda desk: desk.drop_draft(name), lambda _gone: None)


def read_drafts(services: Services, then: Callable[[tuple[Draft, ...]], object]) -> None:
    """The drafts of the person at the desk, newest first."""
    user = services.user
    if user is None:
        return

    def read(desk: Desk) -> tuple[Draft, ...]:
        return desk.drafts(by=user)

    services.use(read, then, replaces="drafts")


def offer_drafts(services: Services) -> None:
    """Says that a form wasn't finished, where one wasn't, and offers to go on with it."""

    def offer(found: tuple[Draft, ...]) -> None:
        if not found:
            return
        when = instant_words(found[0].saved_at, now=services.now())
        title = "Amend" if "/" in found[0].form else "Add patient"

        def go_on() -> None:
            services.go("patients")
            services.commands.do("patient.draft")

        services.tell(
            Message(
                f"“{title}” was cut short {when}. What was typed is kept.",
                "Take it up again, then save or cancel.",
                tone=Tone.WAITING,
                button="Take it up again",
                do=go_on,
            )
        )

    read_drafts(services, offer)
