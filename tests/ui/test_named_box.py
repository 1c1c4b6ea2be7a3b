"""A list to choose from that has no label: assistive technology is told its name all the same."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from ui.widgets.layouts import in_column
from ui.widgets.named_box import NamedBox


def test_what_is_chosen_stands_beside_the_name_and_not_in_its_place(qtbot: Any) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    box = NamedBox("Plans, newest first")
    box.addItems(["R-0002", "R-0001"])
    in_column(holder).addWidget(box)
    holder.show()
    relations = QAccessible.queryAccessibleInterface(box).relations(QAccessible.RelationFlag.AllRelations)
    said = [
        other.text(QAccessible.Text.Name)
        for other, kind in relations
        if kind & QAccessible.RelationFlag.Label
    ]
    assert said == ["Plans, newest first"]
    holder.hide()
    holder.show()
    assert len(holder.children()) == 3, "one label, however often it is shown"
