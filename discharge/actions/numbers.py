"""Numbers that what was done at a desk gets otherwise once it is shared, and what was begun before that.

Whoever was entered as `P-0002` while the desk was cut off may be `P-0003` on record, and somebody else
`P-0002`. What a form or a table showed before is followed from one to the other, and never taken for another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discharge.actions.context import Action, one_by_one
from discharge.actions.doesnt_fit import gone, rests_on_gone
from discharge.actions.intents import NotData, as_action, as_data, renamed
from discharge.model.errors import UserError


class Renumbered(UserError):
    """What this is about has another number since it was looked at."""

    def __init__(self) -> None:
        super().__init__(
            "What was done at this desk was shared just now, and whoever this is about may have another "
            "number.",
            "Nothing was done. Look at them as they are now, and do it again.",
        )


class Numbers:
    """What got another number, step by step, since the program was started. An id is followed by the steps
    after the one at which it was seen."""

    def __init__(self) -> None:
        self._steps: list[Mapping[str, str] | None] = []
        self._coming: dict[str, str] = {}

    def note(self, names: Mapping[str, str]) -> None:
        """These turned out otherwise, all at once with what was noted since the last step."""
        self._coming |= names

    def note_unknown(self) -> None:
        """Another program shared what this one showed: nobody knows here what became of which number."""
        self._step()
        self._steps.append(None)

    @property
    def step(self) -> int:
        """The step at which whatever is read now is seen."""
        self._step()
        return len(self._steps)

    def _step(self) -> None:
        if self._coming:
            self._steps.append(self._coming)
            self._coming = {}

    def since(self, step: int) -> dict[str, str] | None:
        """What an id that was seen at that step is now; None where that isn't known."""
        self._step()
        found: dict[str, str] = {}
        for names in self._steps[step:]:
            if names is None:
                return None
            found = {**names, **{old: names.get(new, new) for old, new in found.items()}}
        return {old: new for old, new in found.items() if old != new}

    def followed(self, action: Action, *, step: int, follows: bool) -> Sequence[Action]:
        """The action one by one, about what it was about when that was looked at, at that step.

        Without `follows`, and where it can't be known, `Renumbered` for what has another number; what came
        back itself is refused as in `rests_on_gone`.
        """
        names = self.since(step)
        if names is None:
            raise Renumbered()
        actions = one_by_one(action)
        return [_now(each, names, follows=follows) for each in actions] if names else actions


def _now(action: Action, names: Mapping[str, str], *, follows: bool) -> Action:
    try:
        seen = as_data(action)
    except NotData:
        raise Renumbered() from None
    now = renamed(seen, names)
    if now == seen:
        return action
    if not follows:
        raise Renumbered()
    if (missing := rests_on_gone([now])) is not None:
        raise missing
    return as_action(now)


def draft_of(form: str, names: Mapping[str, str]) -> str:
    """What a form that was cut short is called now: `amend/P-0002` may be of P-0003. Of somebody whose
    entering came back it is a new one's."""
    kind, _, about = form.partition("/")
    now = names.get(about, about)
    return form if now == about else kind if gone(now) else f"{kind}/{now}"


def still_there(names: Mapping[str, str]) -> dict[str, str]:
    """Of these the ones that are on record under their new number."""
    return {old: new for old, new in names.items() if not gone(new)}


__all__ = ["Numbers", "Renumbered", "draft_of", "still_there"]
