"""The field for a local authority: chosen from the list, however it is spelt."""

from __future__ import annotations

from collections.abc import Iterable

from discharge.rules.authorities import key, names, not_on_the_list, one_name
from ui.theme.theme import Theme
from ui.widgets.pickers import SuggestField


class AuthorityOffers:
    """What the field offers: these and the whole list. Made in any thread: no Qt in it.

    `here`: those that the hub has settings in; `own` are the hub's, whether the list has them or not.
    """

    def __init__(
        self, suggestions: Iterable[str | None], *, here: Iterable[str | None] = (), own: Iterable[str] = ()
    ) -> None:
        self.here = frozenset(key(name) for name in here if name)
        self.own = frozenset(key(name) for name in own)
        self.in_order = sorted({*names(), *(name for name in suggestions if name)})


class AuthorityField(SuggestField):
    """A local authority by its name on the list. Another name may stand; it is said that it isn't there,
    unless the hub has written it down among its own.

    `here`: those that the hub has settings in; where it is known, others are told that none is there.
    """

    def __init__(self, *, theme: Theme, here: Iterable[str] = ()) -> None:
        super().__init__("local_authority", "Local authority", theme=theme)
        self.offer(AuthorityOffers((), here=here))

    def offer(self, offers: AuthorityOffers) -> None:
        """Offers these from now on."""
        self._offers = offers
        self.suggest(offers.in_order)

    def value(self) -> str | None:
        """The name on the list where the list knows what was typed, else as it was typed."""
        return one_name(super().value())

    def _remark(self) -> str:
        typed = super().value()
        if not typed:
            return super()._remark()
        if key(typed) not in self._offers.own and (said := not_on_the_list(typed)):
            return f"This {said}. It can stand, but compare it."
        name = one_name(typed) or ""
        missing = bool(self._offers.here) and key(name) not in self._offers.here
        return (
            f"No home of the hub is in {name}." if missing else "" if name == typed else f"Taken as {name}."
        )
