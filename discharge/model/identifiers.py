"""Numbers and codes by which the field names people and places, checked as they are typed."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.gb import nhs

from discharge.model.errors import UserError
from discharge.model.typed import seen


class NoNumber(StrEnum):
    """Why a person has no NHS number on record; one of these is given where the number isn't."""

    NOT_KNOWN = "not_known"
    NOT_TRACED = "not_traced"
    OVERSEAS = "overseas"
    WITHHELD = "withheld"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason as it is shown."""
        return _NO_NUMBER_WORDS[self]


_NO_NUMBER_WORDS = {
    NoNumber.NOT_KNOWN: "Not known yet",
    NoNumber.NOT_TRACED: "Looked for and not found",
    NoNumber.OVERSEAS: "Visitor from overseas without one",
    NoNumber.WITHHELD: "Withheld: identity protected",
    NoNumber.OTHER: "Another reason",
}


_BETWEEN = re.compile("[ \\-\u2010-\u2015\u2212\ufe63\uff0d]")
_AS_A_NUMBER = re.compile(r"(\d{10})\.0*")


def bare_number(text: str) -> str:
    """The figures of an NHS number as it was typed: without spaces, dashes, marks that can't be seen, and the
    `.0` of a spreadsheet that took it for a number."""
    plain = unicodedata.normalize("NFKC", seen(text).text)
    number = _AS_A_NUMBER.fullmatch(plain)
    return number[1] if number else _BETWEEN.sub("", plain)


def nhs_number(text: str) -> str:
    """The NHS number in `text` as ten digits; see `bare_number` for what may stand between them.

    Raises `UserError` where it isn't ten digits or the check digit (modulus 11) is wrong.
    """
    try:
        return nhs.validate(bare_number(text))
    except InvalidChecksum:
        raise UserError(
            "This NHS number fails its check digit.", "Compare it with the notes, digit by digit."
        ) from None
    except InvalidLength:
        raise UserError(
            "An NHS number has ten digits.",
            "Type all ten, with or without spaces, or give the reason why there is none.",
        ) from None
    except InvalidFormat:
        raise UserError(
            "An NHS number has digits only.", "Type its ten digits, with or without spaces."
        ) from None


def shown_nhs_number(number: str) -> str:
    """The ten digits as they are shown: `999 123 4560`."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


_CQC_LOCATION = re.compile(r"1-\d{3,13}|[A-Z0-9]{3,10}")
_ODS_CODE = re.compile(r"[A-Z0-9]{3,10}")


def cqc_id(text: str) -> str:
    """A CQC location id (`1-112951275`, or an NHS trust's site code); `UserError` where it isn't one."""
    found = seen(text).text.upper()
    if not _CQC_LOCATION.fullmatch(found):
        raise UserError(f"{text.strip()[:30]!r} is not a CQC location id.", "It looks like 1-112951275.")
    return found


def ods_code(text: str) -> str:
    """An ODS code of an organisation or site (`RF4QH`); `UserError` where it isn't one."""
    found = seen(text).text.upper()
    if not _ODS_CODE.fullmatch(found):
        raise UserError(
            f"{text.strip()[:30]!r} is not an ODS code.",
            "It has three to ten letters and digits, such as RF4QH.",
        )
    return found


def _checked(value: object, check: str) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError(check, "is not text")
    try:
        return {"nhs_number": nhs_number, "cqc_id": cqc_id, "ods_code": ods_code}[check](value)
    except UserError as error:
        raise PydanticCustomError(check, "{sentence}", {"sentence": str(error)}) from None


NhsNumber = Annotated[str, BeforeValidator(lambda value: _checked(value, "nhs_number"))]
"""Ten digits that pass modulus 11."""

CqcId = Annotated[str, BeforeValidator(lambda value: _checked(value, "cqc_id"))]
OdsCode = Annotated[str, BeforeValidator(lambda value: _checked(value, "ods_code"))]
