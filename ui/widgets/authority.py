"""The field for a local authority: chosen from the list, however it is spelt."""

from __future__ import annotations

from collections.abc import Iterable

from discharge.rules.authorities import key, names, not_on_the_list, one_name
from ui.theme.theme import Theme
from ui.widgets.pickers import SuggestField


class AuthorityField(SuggestField):
    """A local authority by its name on the list. Another name may stand; it is said that it isn't there,
    unless the hub has written it down among its own.

    `here`: those that the hub has settings in; where it is known, others are told that none is there.
    """

    def __init__(self, *, theme: Theme, here: Iterable[str] = ()) -> None:
        super().__init__("local_authority", "Local authority", theme=theme, suggestions=names())
        self.suggest(names(), here=here)

    def suggest(
        self, suggestions: Iterable[str], *, here: Iterable[str] = (), own: Iterable[str] = ()
    ) -> None:
        """Offers these and the whole list; `own` are the hub's, whether the list has them or not."""
        self._here = {key(name) for name in here}
        self._own = {key(name) for name in own}
        super().suggest(sorted({*names(), *(name for name in suggestions if name)}))

    def value(self) -> str | None:
        """The name on the list where the list knows what was typed, else as it was typed."""
        return one_name(super().value())

    def _remark(self) -> str:
        typed = super().value()
        if not typed:
            return super()._remark()
        if key(typed) not in self._own and (said := not_on_the_list(typed)):
            return f"This {said}. It can stand, but compare it."
        name = one_name(typed) or ""
        missing = bool(self._here) and key(name) not in self._here
        return (
            f"No home of the hub is in {name}." if missing else "" if name == typed else f"Taken as {name}."
        )
