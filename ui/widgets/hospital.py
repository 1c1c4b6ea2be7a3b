"""The field for a hospital: its ODS code, typed or chosen by its name."""

from __future__ import annotations

from collections.abc import Iterable

from discharge.model.hospital import Hospital, hospital_words
from discharge.words.needs import ods_fault
from ui.theme.theme import Theme
from ui.widgets.pickers import SuggestField


class HospitalField(SuggestField):
    """A hospital by its code. One that the hub has described is found by its name too, and named below."""

    def __init__(self, *, theme: Theme) -> None:
        self._known: dict[str, Hospital] = {}
        super().__init__(
            "hospital", "Hospital site", theme=theme, check=ods_fault, placeholder="RF4QH",
            hint="ODS code, or a part of the name.",
        )  # fmt: skip

    def know(self, hospitals: Iterable[Hospital]) -> None:
        """Offers these."""
        self._known = {one.code: one for one in hospitals}
        self.suggest([hospital_words(self._known.values(), code) for code in self._known])
        self._show()

    def value(self) -> str | None:
        """The code of the hospital named, else what was typed."""
        typed = super().value()
        if typed is None:
            return None
        said = typed.casefold()
        for code, one in self._known.items():
            if said in (one.name.casefold(), hospital_words([one], code).casefold()):
                return code
        return typed

    def _remark(self) -> str:
        code, typed = self.value(), super().value()
        one = self._known.get((code or "").upper())
        if one is None or not one.name:
            return super()._remark()
        return f"Taken as {one.code}." if code != typed else f"{one.name}."
