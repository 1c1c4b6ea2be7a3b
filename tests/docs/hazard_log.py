"""The hazard log: `docs/safety/hazards.toml` as it is read, and the page that is made of it.

`python -m tests.docs.hazard_log` writes the page anew.
"""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass
from typing import Any

from tests.docs.pages import ROOT

DATA = ROOT / "docs" / "safety" / "hazards.toml"
PAGE = DATA.with_suffix(".md")
SEVERITIES = ("minor", "significant", "considerable", "major", "catastrophic")
LIKELIHOODS = ("very low", "low", "medium", "high", "very high")
"""From 1 to 5 each."""

HEAD = """\
# Hazard log: a draft

**A draft by those who wrote the program. No clinician has approved it, and nobody may rely on it as a
safety case.** What the scales mean and who has to judge them: `docs/safety/README.md`. This page is made of
`hazards.toml` (`python -m tests.docs.hazard_log`); a test holds the two alike, and another finds each test
that is named here and sees that it asserts something.

Risk is severity times likelihood, each from 1 to 5: before is without the controls, now is with those that a
test holds. What the trust does is not counted. *Open* is what the program does not control.
"""


@dataclass(frozen=True)
class Control:
    """What the program does against a hazard, and the tests that hold it, by their node ids."""

    what: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Hazard:
    """One potential source of harm."""

    id: str
    name: str
    causes: tuple[str, ...]
    effect: str
    severity: int
    before: int
    now: int
    controls: tuple[Control, ...]
    open: tuple[str, ...]
    trust: str

    @property
    def risks(self) -> tuple[int, int]:
        """Severity times likelihood: without the controls, and with them."""
        return self.severity * self.before, self.severity * self.now


def _hazard(of: dict[str, Any]) -> Hazard:
    """One table of the file; a field too many or too few, or a word off the scales, is an error."""
    return Hazard(
        **{
            **of,
            "causes": tuple(of["causes"]),
            "severity": SEVERITIES.index(of["severity"]) + 1,
            "before": LIKELIHOODS.index(of["before"]) + 1,
            "now": LIKELIHOODS.index(of["now"]) + 1,
            "controls": tuple(
                Control(**{**each, "tests": tuple(each["tests"])}) for each in of.get("controls", ())
            ),
            "open": tuple(of.get("open", ())),
        }
    )


def hazards() -> tuple[Hazard, ...]:
    """The hazards of the file, in its order."""
    return tuple(_hazard(of) for of in tomllib.loads(DATA.read_text("utf-8"))["hazard"])


def page(of: tuple[Hazard, ...]) -> str:
    """The whole page, in Markdown."""
    rows = [
        f"| {each.id} | {each.name} | {each.risks[0]} | {each.risks[1]} | {'yes' if each.open else ''} |"
        for each in of
    ]
    table = ["| | hazard | risk before | risk now | open |", "|---|---|---|---|---|", *rows]
    return "\n\n".join([HEAD.rstrip(), "\n".join(table), *(_section(each) for each in of)]) + "\n"


def _section(of: Hazard) -> str:
    severity = f"{SEVERITIES[of.severity - 1]} ({of.severity})"
    before, now = (f"{LIKELIHOODS[each - 1]} ({each})" for each in (of.before, of.now))
    parts = [
        f"## {of.id} {of.name}",
        _wrapped(f"Severity {severity}; likelihood before {before}, now {now}. "
                 f"Risk before **{of.risks[0]}**, now **{of.risks[1]}**."),
        _wrapped(f"**Causes**: {'; '.join(of.causes)}."),
        _wrapped(f"**Effect.** {of.effect}"),
    ]  # fmt: skip
    if of.controls:
        parts.append(
            "**Controls**, each with its tests:\n\n" + "\n".join(_control(each) for each in of.controls)
        )
    if of.open:
        parts.append("**Open**, no test:\n\n" + "\n".join(_item(each) for each in of.open))
    parts.append(_wrapped(f"**What the trust does.** {of.trust}"))
    return "\n\n".join(parts)


def _control(of: Control) -> str:
    return "\n".join([_item(of.what), *(f"  - `{test}`" for test in of.tests)])


def _item(text: str) -> str:
    return textwrap.fill(text, 116, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 116, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(page(hazards()), encoding="utf-8")
