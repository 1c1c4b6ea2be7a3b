"""A text saved as a PDF of A4 pages."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QIODevice, QMarginsF, QSaveFile
from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument


def save_text(document: QTextDocument, path: Path, *, title: str, margin_mm: float) -> Path | None:
    """Saves it, whole or not at all: the file that was made, which ends in `.pdf`; None where it can't be."""
    path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return None
    writer = QPdfWriter(file)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(margin_mm, margin_mm, margin_mm, margin_mm))
    writer.setTitle(title)
    document.print_(writer)
    del writer
    return path if file.commit() else None


__all__ = ["save_text"]
