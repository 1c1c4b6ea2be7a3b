"""Each measurement runs in a process of its own, so that none disturbs another; its last line is JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

Facts = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a process measured; or `why` it measured nothing, for the table."""

    facts: Facts = field(default_factory=dict)
    why: str = ""

    @property
    def there(self) -> bool:
        """Whether anything was measured."""
        return not self.why


def ask(
    module: str,
    *arguments: object,
    python: str | Path = sys.executable,
    timeout: float = 1_800.0,
    environment: Mapping[str, str] | None = None,
) -> Answer:
    """Run `python -m module` and read its last line; after `timeout` seconds it is ended."""
    command = [str(python), "-m", module, *map(str, arguments)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(why=f"not within {timeout:.0f} s")
    return read_answer(done.returncode, done.stdout, done.stderr)


def read_answer(code: int, said: str, complained: str) -> Answer:
    """What a process that ended said: the JSON of its last line, or why there is none."""
    lines = said.strip().splitlines()
    try:
        facts = json.loads(lines[-1]) if code == 0 and lines else None
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        last = (complained.strip().splitlines() or ["it said nothing"])[-1]
        return Answer(why=f"it failed: {last[:120]}")
    if "left_out" in facts:
        return Answer(why=str(facts["left_out"]))
    return Answer(facts)
