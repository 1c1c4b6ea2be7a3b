"""Who is it? What tells a person apart, and the mark of a name that somebody else has too."""

from __future__ import annotations

from discharge.model.identifiers import shown_nhs_number
from discharge.model.shown.patients import PatientRow, WhoItIs
from discharge.words import terms
from ui.theme.palette import Tone
from ui.theme.status import Status


def number_words(who: WhoItIs | PatientRow) -> str:
    """The NHS number as it is read, or why there is none."""
    if who.nhs_number is not None:
        return shown_nhs_number(who.nhs_number)
    return f"No NHS number: {who.no_number.words.lower()}" if who.no_number is not None else "No NHS number"


def born_words(who: WhoItIs) -> str:
    """The birth date, or what is known of it."""
    return terms.born(who.born, who.born_words)


def line_words(who: WhoItIs) -> str:
    """Birth date, sex, number and reference in one line."""
    number = number_words(who)
    shown = f"NHS {number}" if who.nhs_number else number
    return f"born {born_words(who)} · {terms.sex(who.sex)} · {shown} · {who.id}"


def told_apart(name: str, who: WhoItIs | None) -> str:
    """The name in a list to choose from; with the birth date where another's is like it."""
    return f"{name}, born {born_words(who)}" if who is not None and who.alike else name


def alike_status(name: str, who: WhoItIs | None) -> Status | None:
    """The mark of a name that somebody else on the list has too; None where nobody has."""
    if who is None or not who.alike:
        return None
    return Status(name, Tone.WAITING, f"{who.alike}. This one: {line_words(who)}", "user")


def alike_line(who: WhoItIs | None) -> list[Status]:
    """The same as a line of a detail."""
    return [Status(who.alike, Tone.WAITING, icon_name="user")] if who is not None and who.alike else []
