"""How tests' hubs began: what many of them do first is done once a process, and its files are kept.

Most tests start alike: a home, somebody with a negative test, a placement walked to where it matters. What
such a step gave back, and the hub's files after it, are remembered by all that was done before it: the next
hub that begins so isn't opened until somebody looks at it, and then goes on from the files.
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from discharge.store import driver
from discharge.store.driver import Connection
from discharge.store.file import witness

Step = TypeVar("Step", bound=Callable[..., Any])
Past = tuple[object, ...]
"""All that was done in a hub, in its order, and when."""


class Kept:
    """The files of a hub that is closed, by what follows its name in theirs; small, as hundreds are kept."""

    def __init__(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._files = {beside: zlib.compress(content, 1) for beside, content in files}

    def put(self, path: Path) -> None:
        """Writes them as those of the hub in that place."""
        for beside, content in self._files.items():
            path.with_name(f"{path.name}{beside}").write_bytes(zlib.decompress(content))


def kept(folder: Path, name: str) -> Kept:
    """The files in a folder that holds nothing but the closed hub of that name."""
    return Kept((each.name.removeprefix(name), each.read_bytes()) for each in folder.iterdir())


def kept_of_open(connection: Connection) -> Kept:
    """The files as they would be if the hub were closed now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub"
        with closing(driver.connect(path, isolation_level=None)) as copy:
            connection.backup(copy)
        content = path.read_bytes()
        seen = replace(witness.of(connection), left=hashlib.sha256(content).hexdigest())
        witness.write(witness.beside(path), seen)
        return Kept([
            ("", content), (".lock", b""), (".witness", witness.beside(path).read_bytes()),
        ])  # fmt: skip


@dataclass(frozen=True)
class Remembered:
    """What came of a step: the files, until when it took, and what it gave back."""

    files: Kept
    until: datetime
    gave: Any


REMEMBERED: dict[Past, Remembered] = {}


def remembered(step: Step) -> Step:
    """A step that is done once for all hubs of this process in which the same was done before it.

    Its parameters are told apart by how they are written; where that doesn't tell, it is done each time.
    """

    @functools.wraps(step)
    def done(hub: Any, *given: Any, **named: Any) -> Any:
        if hub.past is None or hub.is_within:
            return step(hub, *given, **named)
        said = f"{given!r} {_sorted(named)!r}"
        if " at 0x" in said:
            hub.past = None
            return step(hub, *given, **named)
        past = (*hub.past, step.__name__, said, hub.clock.now)
        if (known := REMEMBERED.get(past)) is not None and not hub.is_open:
            hub.past, hub.clock.now = past, known.until
            return known.gave
        with hub.within():
            gave = step(hub, *given, **named)
            if known is None:
                files = kept_of_open(hub.connection)
                REMEMBERED[past] = Remembered(files, hub.clock.now, gave)
        hub.past = past
        return gave

    return done  # type: ignore[return-value]


def _sorted(named: Mapping[str, object]) -> list[tuple[str, object]]:
    return sorted(named.items())
