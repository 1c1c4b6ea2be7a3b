"""Buttons of forms, dialogs and panes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget


def push_button(
    words: str,
    *,
    tip: str = "",
    kind: str = "",
    do: Callable[..., object] | None = None,
    parent: QWidget | None = None,
) -> QPushButton:
    """A button of a kind that the style sheet knows. Enter elsewhere in a dialog never presses it."""
    made = QPushButton(words, parent)
    made.setAutoDefault(False)
    if tip:
        made.setToolTip(tip)
    if kind:
        made.setProperty("kind", kind)
    if do is not None:
        made.clicked.connect(do)
    return made


__all__ = ["push_button"]
