"""A postcode that is typed puts place and authority into the form's fields, and says where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from discharge.model.postcodes import SAID, FromPostcode, Whereabouts, postcode
from discharge.words.places import filled_words
from ui.frame.services import Services
from ui.widgets.field import Field

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

Answer = tuple[Whereabouts | None, str]
"""Where the postcode is, and what is to be asked of one that the file doesn't know."""


class PostcodeFill(QObject):
    """Fills what is blank, or came from a postcode before; what is typed over stays as it is typed."""

    def __init__(
        self,
        form: QObject,
        *,
        services: Services,
        written: Field,
        place: Sequence[Field],
        area: Field,
        amends: bool,
    ) -> None:
        """`amends`: the fields are filled with what is on record first, and nothing is looked up for that."""
        super().__init__(form)
        self._services = services
        self._written, self._place, self._area = written, place, area
        self._mark = SAID
        self._asked_for = ""
        self._filling = amends
        written.changed.connect(self._look)
        for field in place:
            field.changed.connect(self._place_typed)
        area.changed.connect(self._area_typed)

    def stands(self, mark: FromPostcode) -> None:
        """What of the record in the form came from its postcode; called once its fields are filled."""
        self._filling = False
        self._mark = mark
        found = postcode(self._written.value() or "")
        self._asked_for = "" if found is None else found.key
        self._written.say_below(filled_words(mark))

    def mark(self) -> FromPostcode:
        """What of the fields, as they are now, came from the postcode."""
        return self._mark if self._mark.level is not None or self._mark.authority else SAID

    def filled(self) -> frozenset[str]:
        """The fields, by key, that nobody typed: what stands in them came from the postcode."""
        place = [field.key for field in self._place] if self._mark.level is not None else []
        return frozenset([*place, *([self._area.key] if self._mark.authority else [])])

    def _look(self) -> None:
        found = postcode(self._written.value() or "")
        wanted = "" if found is None else found.key
        if wanted == self._asked_for or self._filling:
            return
        self._asked_for = wanted
        if not wanted:
            self._take((None, ""))
            return
        self._services.use(partial(_place_of, text=wanted), self._take, replaces="postcode")

    def _take(self, answer: Answer) -> None:
        found, unknown = answer
        self._filling = True
        try:
            place = self._mark.level is not None or all(field.empty() for field in self._place)
            area = self._mark.authority or self._area.empty()
            if place:
                where = (None, None) if found is None else (found.latitude, found.longitude)
                for field, value in zip(self._place, where, strict=True):
                    field.set_value(value)
            named = None if found is None else found.authority
            if area:
                self._area.set_value(named)
            self._mark = FromPostcode(
                level=found.level if found is not None and place else None,
                within_km=found.within_km if found is not None and place else None,
                authority=area and named is not None,
                source=found.source if found is not None and (place or (area and named)) else "",
            )
        finally:
            self._filling = False
        ended = "" if found is None or found.ended is None else f" In use until {found.ended:%B %Y}."
        self._written.say_below(f"{unknown or filled_words(self._mark)}{ended}")

    def _place_typed(self) -> None:
        if not self._filling and self._mark.level is not None:
            self._mark = self._mark.model_copy(update={"level": None, "within_km": None})
            self._written.say_below(filled_words(self._mark))

    def _area_typed(self) -> None:
        if not self._filling and self._mark.authority:
            self._mark = self._mark.model_copy(update={"authority": False})
            self._written.say_below(filled_words(self._mark))


def _place_of(desk: Desk, *, text: str) -> Answer:
    from discharge.actions.places import unknown_postcode, whereabouts

    found = postcode(text)
    if found is None:
        return None, ""
    return desk.places(
        lambda there, queries: (whereabouts(there, queries, found), unknown_postcode(there, text))
    )
