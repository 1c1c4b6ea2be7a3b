"""Whose work is in the program: its parts, each with its version and its licence as it declares it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

OURS = "discharge-desk"
BILL = Path("third_party_licences") / "discharge-desk.cdx.json"
"""The bill of materials, from the folder of the executable."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something of others that the program is made with."""

    name: str
    version: str
    licence: str


def parts(folder: Path | None = None) -> tuple[Part, ...]:
    """What the program is made with, by name.

    An executable reads the bill of materials in its `folder`; from source it is what is installed. Where
    neither can be read there are none.
    """
    if folder is None and getattr(sys, "frozen", False):
        folder = Path(sys.executable).resolve().parent
    return _installed() if folder is None else _of_bill(folder / BILL)


def _of_bill(bill: Path) -> tuple[Part, ...]:
    try:
        found = json.loads(bill.read_text("utf-8"))["components"]
        return tuple(sorted(Part(each["name"], each.get("version", ""), _declared(each)) for each in found))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _declared(component: dict[str, list[dict[str, object]]]) -> str:
    said = []
    for each in component.get("licenses", ()):
        licence = each.get("license")
        named = licence.get("id") or licence.get("name") if isinstance(licence, dict) else None
        said.append(str(each.get("expression") or named or ""))
    return " and ".join(dict.fromkeys(word for word in said if word))


def _installed() -> tuple[Part, ...]:
    found: dict[str, Part] = {}
    asked = [OURS]
    while asked:
        name = asked.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        if name != OURS:
            found[name] = Part(name, package.version, licence_of(package))
        needs = [need for need in package.requires or () if "extra" not in need.partition(";")[2]]
        names = [_plain(re.split(r"[^\w.-]", need, maxsplit=1)[0]) for need in needs]
        asked += [each for each in names if each not in found]
    return tuple(sorted(found.values()))


def licence_of(package: Distribution) -> str:
    """The licence that a package declares, in a line; empty where it declares none."""
    told = package.metadata.get_all
    declared = (told("License-Expression") or told("License") or [""])[0]
    classified = [each.split(" :: ")[-1] for each in told("Classifier") or ()]
    known: str = declared or next((each for each in classified if each.endswith("License")), "")
    return known.partition("\n")[0]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


__all__ = ["Part", "licence_of", "parts"]
