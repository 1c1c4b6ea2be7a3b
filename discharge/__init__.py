"""Discharge Desk: safe placements from hospital, proposed, approved and on record."""

__version__ = "0.2.0"
