"""What the forms over a placement share: whose it is, and the stay that is next."""

from __future__ import annotations

from discharge.model.shown.placements import MoveRow
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.words.moves import next_stay


class MoveForm(ActionForm):
    """A form over one placement, with who it is at its head."""

    def __init__(
        self, title: str, row: MoveRow, *, services: Services, save_word: str = "Save", columns: int = 2
    ) -> None:
        super().__init__(title, services=services, save_word=save_word, columns=columns)
        self._row = row
        self._setting = next_stay(row).setting_name
        self.add_who(row.who)


__all__ = ["MoveForm"]
