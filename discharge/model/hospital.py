"""A hospital as the hub describes it: what goes beside its code, on screen and in the daily return."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import field_validator

from discharge.model.base import Frozen, ShortText
from discharge.model.identifiers import OdsCode


class Hospital(Frozen):
    """A hospital, or the trust that runs it, by its ODS code. What is empty nobody has entered."""

    code: OdsCode
    name: ShortText = ""
    board: ShortText = ""
    """The integrated care board (ICB) that it belongs to."""
    region: ShortText = ""
    """The region of NHS England."""

    @field_validator("name", "board", "region")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.split())

    @property
    def missing(self) -> tuple[str, ...]:
        """What nobody has entered of it, in words: `name`, `ICB`, `region`."""
        said = (("name", self.name), ("ICB", self.board), ("region", self.region))
        return tuple(word for word, text in said if not text)


def hospital_name(hospitals: Iterable[Hospital], code: str | None) -> str:
    """The name of the hospital with this code; empty where nobody has entered it."""
    return next((one.name for one in hospitals if one.code == code), "")


def hospital_words(hospitals: Iterable[Hospital], code: str | None) -> str:
    """As it is shown: `Northmarsh General (ZZ902)`, the code where no name is known; empty without a code."""
    name = hospital_name(hospitals, code)
    return f"{name} ({code})" if name else code or ""


__all__ = ["Hospital", "hospital_name", "hospital_words"]
