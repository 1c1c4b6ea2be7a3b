"""What will be needed is imported ahead: all that makes no class of Qt's in another thread, the rest in the
main thread, a module at a time.

PySide 6.11 makes its own classes when they are first asked for, and for as long has all classes of Qt's be
made as Python's plain ones are. If another thread gets its turn then, as it may when Python's collector runs,
the classes that it makes are none of PySide's, and the program ends with a fault of memory once one is used:
so every class of Qt's is made in the main thread.
"""

from __future__ import annotations

import dis
import importlib
import pkgutil
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from types import CodeType

OURS = "ui"
QT = ("PySide6", "shiboken6")
_NAME, _FROM, _WIDER = (dis.opmap[each] for each in ("IMPORT_NAME", "IMPORT_FROM", "EXTENDED_ARG"))


class Imports:
    """Modules to import ahead: `prepare` in any thread, then `step` in the main one until it says no.

    What goes wrong here is left to whoever needs the module, where it goes wrong again and is told.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = names
        self._ours: Iterator[str] = iter(())
        self._ready = threading.Event()
        self._stopped = False

    def prepare(self) -> None:
        """Finds out what they need, and imports what of it has nothing to do with Qt."""
        with suppress(Exception):
            others, ours = needs(self._names)
            for name in others:
                if self._stopped:
                    break
                _bring(name)
            self._ours = iter(ours)
        self._ready.set()

    def step(self) -> bool:
        """Imports the next module, where they are prepared; whether there may be more."""
        if not self._ready.is_set():
            return True
        name = next(self._ours, "")
        if name:
            _bring(name)
        return bool(name)

    @property
    def ready(self) -> bool:
        """Whether they are prepared."""
        return self._ready.is_set()

    def stop(self) -> None:
        """Prepares no more."""
        self._stopped = True


def needs(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """What is to be imported for these modules and isn't there yet: what has nothing to do with Qt, and what
    has, each after what it needs itself. Of all that only packages are imported here."""
    others: dict[str, None] = {}
    ours: dict[str, None] = {}
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name in sys.modules:
            return
        seen.add(name)
        if _is_of(name, OURS):
            for each in _imported_by(name):
                visit(each)
            ours[name] = None
        elif _is_of(name, *QT):
            ours[name] = None
        else:
            others[name] = None

    for name in names:
        visit(name)
    return list(others), list(ours)


def modules_of(packages: Iterable[str]) -> Iterator[str]:
    """The modules of these packages, as they stand in them."""
    for package in packages:
        yield from (f"{package}.{each}" for each in sorted(_inside(package)))


def _bring(name: str) -> None:
    with suppress(Exception):
        importlib.import_module(name)


def _is_of(name: str, *packages: str) -> bool:
    return name.partition(".")[0] in packages


def _imported_by(name: str) -> Iterator[str]:
    """The modules that this one imports when it is imported itself, read from its code."""
    spec = find_spec(name)
    # the packaged program's own loader reads code too, and is no `InspectLoader` by its class
    read = getattr(spec.loader, "get_code", None) if spec is not None else None
    code = read(name) if read is not None else None
    if code is not None:
        yield from _of_code(code)


def _of_code(code: CodeType) -> Iterator[str]:
    raw = code.co_code
    does, operands = raw[::2], raw[1::2]
    package = ""
    for at, each in enumerate(does):
        if each not in (_NAME, _FROM):
            continue
        wider = operands[at - 1] << 8 if at and does[at - 1] == _WIDER else 0
        name = code.co_names[operands[at] | wider]
        if each == _NAME:
            package = name
            yield name
        elif not _is_of(package, *QT) and name in _inside(package):
            yield f"{package}.{name}"


@cache
def _inside(package: str) -> frozenset[str]:
    """The names of the modules of a package; none where it is a module itself."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return frozenset(each.name for each in pkgutil.iter_modules(places)) if places else frozenset()
