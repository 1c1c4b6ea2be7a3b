"""An error in what overrides Qt is told, as any other is, and goes no further.

PySide 6.11 keeps such an error until Qt comes back to Python. Whatever other override Qt asks on that way
isn't run, and loses a reference, until its function is gone and the program ends with a fault of memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from shiboken6 import Shiboken

FOREIGN = ("PySide6", "shiboken6", "Shiboken")
HANDLERS = ("Event", "event", "eventFilter")
"""How the names end of what Qt tells something; whatever else it calls, it asks."""


def heed_errors() -> None:
    """Has the errors of overrides be told to `sys.excepthook`, in all classes that are made from now on."""
    setattr(Shiboken.Object, "__init_subclass__", classmethod(_heed_all))  # noqa: B010


def _heed_all(made: type, /, **settings: object) -> None:
    super(Shiboken.Object, made).__init_subclass__(**settings)  # type: ignore[misc]
    for name, function in list(vars(made).items()):
        if isinstance(function, FunctionType) and _is_qts(made, name):
            setattr(made, name, _heed(function, made))


def _is_qts(made: type, name: str) -> bool:
    """Whether Qt has such a method too."""
    return not name.startswith("__") and any(
        name in vars(base) and not isinstance(vars(base)[name], FunctionType)
        for base in made.__mro__[1:]
        if base.__module__.startswith(FOREIGN)
    )


def _heed(function: Callable[..., Any], made: type) -> Callable[..., Any]:
    @wraps(function)
    def heeded(asked: Any, *given: Any) -> Any:
        try:
            return function(asked, *given)
        except Exception as error:  # noqa: BLE001 - ours, and told
            sys.excepthook(type(error), error, error.__traceback__)
        return _instead(function.__name__, made, asked, given)

    return heeded


def _instead(name: str, made: type, asked: Any, given: tuple[Any, ...]) -> Any:
    """That it wasn't dealt with, of an event; of a question what Qt itself would say, if anything."""
    if name.endswith(HANDLERS):
        return False
    try:
        return getattr(super(made, asked), name)(*given)
    except NotImplementedError:
        return None
