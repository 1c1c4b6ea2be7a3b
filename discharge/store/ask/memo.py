"""Values worked out from a text once, however often a view asks for them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Remembers at least the `size` values used last, and never more than twice as many.

    A value must follow from its key alone; then it can't go out of date.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._new: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of this key, made by `make` where it isn't remembered."""
        found = self._new.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                found = make()
            self.put(key, found)
        return found

    def known(self, key: K) -> V | None:
        """The value of this key, where it is remembered."""
        found = self._new.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        """Remembers this value."""
        if len(self._new) >= self._size:
            self._old, self._new = self._new, {}
        self._new[key] = value


__all__ = ["Memo"]
