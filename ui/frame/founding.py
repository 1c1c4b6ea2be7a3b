"""The first minute of a new hub: what it is called, who is its first person, and what opens it."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.frame.gate import Gate, link
from ui.frame.new_passphrase import NewPassphrase
from ui.theme.theme import Theme
from ui.widgets.text_fields import TextField

SAID = "Nobody is in it yet. The first person has every role and can add the others."
SEALED = (
    "Your passphrase opens the hub, and signs what you enter with your key. What is in the hub can't be read "
    "without one, whoever has the file."
)


class Founding(Gate):
    """`founded` carries the hub's name and the person's; `sealed` their passphrase too. `join`: there is one
    already, which many desks share."""

    founded = Signal(str, str)
    sealed = Signal(str, str, str)
    join = Signal()

    def __init__(self, *, theme: Theme, seal: bool = False) -> None:
        super().__init__("A new hub", f"{SAID} {SEALED}" if seal else SAID, theme=theme)
        self.hub = TextField("hub", "Name of the hub", theme=theme, required=True, longest=100,
                             placeholder="North Bank discharge hub")  # fmt: skip
        self.person = TextField("name", "Your name", theme=theme, required=True, longest=100)
        self.add(self.hub)
        self.add(self.person)
        self.passphrase: NewPassphrase | None = None
        if seal:
            self.passphrase = NewPassphrase(
                theme=theme,
                name="Your passphrase",
                about=lambda: [str(field.value() or "") for field in (self.hub, self.person)],
            )
            self.passphrase.entered.connect(self._start)
            self.add(self.passphrase)
        others = []
        if seal:
            self.other = link("Join a shared hub…", "Join a hub that many desks share, with an invitation")
            self.other.clicked.connect(self.join)
            others.append(self.other)
        self.start = self.foot("Start", self._start, *others)

    def _start(self) -> None:
        faulty = [field for field in (self.hub, self.person) if field.ask()]
        if faulty:
            faulty[0].focus_first()
            return
        hub, person = str(self.hub.value()), str(self.person.value())
        if self.passphrase is None:
            self.founded.emit(hub, person)
        elif self.passphrase.ask():
            self.sealed.emit(hub, person, self.passphrase.value())
